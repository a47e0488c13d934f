/** Whether the criteria of a `Match` line hold. */
import { execFile } from "node:child_process";
import { userInfo } from "node:os";
import type { Line } from "./lines";
import { matches } from "./patterns";
import { commandOf, type Meaning } from "./tokens";

/** How long a command of `Match exec` may take, in ms. */
const PATIENCE = 30_000;

export interface Criterion {
  readonly kind: string;
  readonly wanted: boolean;
  readonly value: string;
}

/** Those of a line; all but the first three kinds have a value. */
export function criteriaOf({ words }: Line): readonly Criterion[] {
  const criteria: Criterion[] = [];
  for (let at = 0; at < words.length; at++) {
    const [, not, name = "", , given] = /^(!?)([a-z]+)(=(.*))?$/is.exec(words[at] ?? "") ?? [];
    const kind = name.toLowerCase();
    const alone = kind === "all" || kind === "final" || kind === "canonical";
    criteria.push({ kind, wanted: not === "", value: alone ? "" : (given ?? words[++at] ?? "") });
  }
  return criteria;
}

/** Whether all hold, with what is known so far; what an earlier one has decided already is not asked. */
export async function hold(line: Line, meaning: () => Meaning, final: boolean): Promise<boolean> {
  for (const { kind, wanted, value } of criteriaOf(line))
    if ((await holds(kind, value, meaning(), final, line.place)) !== wanted) return false;
  return true;
}

async function holds(kind: string, value: string, meaning: Meaning, final: boolean, place: string): Promise<boolean> {
  const patterns = value.split(",");
  switch (kind) {
    case "all":
      return true;
    case "final":
    case "canonical":
      return final;
    case "host":
      return matches(patterns, meaning.host);
    case "originalhost":
      return matches(patterns, meaning.original);
    case "user":
      return matches(patterns, meaning.user);
    case "localuser":
      return matches(patterns, userInfo().username);
    case "tagged":
      return matches(patterns, "");
    case "exec":
      return succeeds(commandOf(value, meaning, place));
    default:
      return false;
  }
}

/** A command of the user's own file, by the user's own shell, as OpenSSH runs it. */
function succeeds(command: string): Promise<boolean> {
  return new Promise((resolve) =>
    execFile(process.env["SHELL"] || "/bin/sh", ["-c", command], { timeout: PATIENCE }, (error) => resolve(!error)),
  );
}
