/** What stands on the command line. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { Failure } from "../failure";

export interface Arguments {
  readonly file: string;
  readonly options: Readonly<Record<string, string | undefined>>;
}

/** The one file and the options, each of which has a value; anything else is an error that shows `usage`. */
export function parsed(args: readonly string[], options: readonly string[], usage: string): Arguments {
  const known: ParseArgsConfig["options"] = Object.fromEntries(options.map((name) => [name, { type: "string" }]));
  const refuse = (problem: string): never => {
    throw new Failure("invalid", `${problem}. Usage: ${usage}`);
  };
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: known, allowPositionals: true });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0)
      return refuse(file === undefined ? "no file is named" : `one file at a time, and not ${more.join(", ")} too`);
    return { file, options: values as Arguments["options"] };
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    // What follows is advice about a form that no command of ours has.
    return refuse((thrown as Error).message.split(". ")[0] ?? "");
  }
}
