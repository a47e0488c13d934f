/** What users run themselves: XML becomes a program, and what a program says becomes XML. No host is asked. */
import { asFailure } from "../failure";
import { convert } from "./convert";
import { render } from "./render";

const commands = { convert, render };

/** Runs the command: its result on standard output, or one error on standard error and an exit code that is not zero. */
export async function main(command: keyof typeof commands, args: readonly string[]): Promise<void> {
  // Whoever reads may have seen enough: `| head`.
  process.stdout.on("error", () => process.exit());
  try {
    process.stdout.write(await commands[command](args));
  } catch (thrown) {
    process.stderr.write(`pulumi-resource-kvm ${command}: ${asFailure(thrown).message}\n`);
    process.exitCode = 1;
  }
}
