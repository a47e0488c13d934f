/** Whether the criteria of a `Match` line hold. */
import { userInfo } from "node:os";
import { Failure } from "../../../failure";
import { attempt } from "../../attempt";
import type { Limits } from "../../session";
import { endGroup, shell } from "../shell";
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
export async function hold(line: Line, meaning: () => Meaning, final: boolean, limits: Limits): Promise<boolean> {
  for (const { kind, wanted, value } of criteriaOf(line)) {
    const held =
      kind === "exec"
        ? await succeeds(commandOf(value, meaning(), line.place), line.place, limits)
        : holds(kind, value, meaning(), final);
    if (held !== wanted) return false;
  }
  return true;
}

function holds(kind: string, value: string, meaning: Meaning, final: boolean): boolean {
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
    default:
      return false;
  }
}

/** A command of the user's own file, as OpenSSH runs it. */
function succeeds(command: string, place: string, { signal, deadline }: Limits): Promise<boolean> {
  const limits = { signal, deadline: Math.min(deadline ?? Number.POSITIVE_INFINITY, Date.now() + PATIENCE) };
  return attempt<boolean>(
    "",
    limits,
    (done) => {
      const child = shell(command);
      child.stdin.on("error", () => undefined).end();
      for (const output of [child.stdout, child.stderr]) output.resume();
      const ended = new Promise<void>((over) => child.once("exit", () => over()));
      child.once("error", () => done(false)).once("exit", (code) => done(code === 0));
      return () => endGroup(child, ended);
    },
    () =>
      // Its own text stays untold: it may hold a password.
      new Failure("timeout", `${place}: the command of \`Match exec\` did not end in time`, {
        remedy: "Run it by hand to see what it waits for",
      }),
  );
}
