/** The command lines of ssh_config(5), whatever host they are for: any of them may hold a secret. */
import { criteriaOf } from "./criteria";
import { type File, files } from "./files";
import type { Line } from "./lines";

const COMMANDS = new Set(["proxycommand", "knownhostscommand", "localcommand", "remotecommand"]);

/** Those of the files that `settings` reads; of files that cannot be read none are known. */
export function commandLines(configFile: string | undefined): readonly string[] {
  try {
    // One word alone is `none`, a token or a program's name.
    return files(configFile)
      .flatMap(commandsOf)
      .filter((command) => /\S\s+\S/.test(command));
  } catch {
    return [];
  }
}

const commandsOf = ({ lines }: File): readonly string[] =>
  lines.flatMap((line) => ("included" in line ? line.included.flatMap(commandsOf) : commandsIn(line)));

function commandsIn(line: Line): readonly string[] {
  if (COMMANDS.has(line.keyword)) return [line.rest];
  if (line.keyword !== "match") return [];
  return criteriaOf(line).flatMap(({ kind, value }) => (kind === "exec" ? [value] : []));
}
