/** What users run themselves: XML becomes a program, and what a program says becomes XML. No host is asked. */
import { asFailure } from "../failure";
import * as convert from "./convert";
import * as render from "./render";

declare const VERSION: string;

const commands = new Map([
  ["convert", { run: convert.convert, usage: convert.usage }],
  ["render", { run: render.render, usage: render.usage }],
]);
const usage = `Usage: pulumi-resource-kvm COMMAND
${[...commands.values()].map((command) => `  ${command.usage}\n`).join("")}
Pulumi's engine runs it without a command.
`;

/** Runs the command: its result on standard output, or one error on standard error and an exit code that is not zero. */
export async function main(name: string, args: readonly string[]): Promise<void> {
  // Whoever reads may have seen enough: `| head`.
  process.stdout.on("error", () => process.exit());
  const command = commands.get(name);
  const helped = [name, ...args].some((word) => word === "--help" || word === "-h") || name === "help";
  if (helped) process.stdout.write(command ? `Usage: pulumi-resource-kvm ${command.usage}\n` : usage);
  else if (name === "--version") process.stdout.write(`${VERSION}\n`);
  else if (!command) fail(`pulumi-resource-kvm: there is no command ${name}\n${usage}`);
  else
    try {
      process.stdout.write(await command.run(args));
    } catch (thrown) {
      fail(`pulumi-resource-kvm ${name}: ${asFailure(thrown).message}\n`);
    }
}
function fail(text: string): void {
  process.stderr.write(text);
  process.exitCode = 1;
}
