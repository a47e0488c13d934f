/** Which lines of ssh_config(5) are said of a host: `Host` and `Match` choose, the first value wins. */
import { userInfo } from "node:os";
import type { Limits } from "../../session";
import { criteriaOf, hold } from "./criteria";
import type { File } from "./files";
import type { Line } from "./lines";
import { matches } from "./patterns";
import type { Meaning } from "./tokens";

/** What was said of one host. */
export interface Said {
  first(keyword: string): Line | undefined;
  all(keyword: string): readonly Line[];
}

/** Whom the user asked for, and what wins over the files. */
export interface Asked {
  readonly host: string;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
}

export async function said(files: readonly File[], asked: Asked, limits: Limits): Promise<Said> {
  const notes = notebook();
  let host = asked.host;
  let final = false;
  let finalWanted = false;
  /** What is known so far: later lines may still say more. */
  const meaning = (): Meaning => ({
    original: asked.host,
    host: resolved(notes, host),
    port: asked.port ?? Number(notes.first("port")?.words[0] ?? 22),
    user: asked.user ?? notes.first("user")?.words[0] ?? userInfo().username,
    alias: notes.first("hostkeyalias")?.words[0],
    jump: notes.first("proxyjump")?.rest,
  });
  const walk = async (file: File, never: boolean): Promise<void> => {
    let active = !never;
    for (const line of file.lines) {
      if ("included" in line) for (const inner of line.included) await walk(inner, !active);
      else if (line.keyword === "host") active = !never && matches(line.words, host);
      else if (line.keyword === "match") {
        // OpenSSH makes its second pass also for what cannot match now.
        finalWanted ||= criteriaOf(line).some(({ kind }) => kind === "final");
        active = !never && (await hold(line, meaning, final, limits));
      } else if (active) notes.note(line);
    }
  };
  for (const file of files) await walk(file, false);
  if (finalWanted) {
    final = true;
    host = resolved(notes, host);
    notes.settle("hostname", host);
    for (const file of files) await walk(file, false);
  }
  return notes;
}

const resolved = (notes: Said, host: string): string =>
  notes.first("hostname")?.words[0]?.replaceAll("%h", host).replaceAll("%%", "%") ?? host;

/** Keywords that gather values instead of keeping the first. */
const GATHER = new Set(["identityfile", "certificatefile"]);
/** Of these only the one that is said first counts. */
const RIVALS: Readonly<Record<string, string>> = { proxyjump: "proxycommand", proxycommand: "proxyjump" };

function notebook() {
  const lines = new Map<string, readonly Line[]>();
  const all = (keyword: string): readonly Line[] => lines.get(keyword) ?? [];
  const first = (keyword: string): Line | undefined => all(keyword)[0];
  return {
    all,
    first,
    note(line: Line): void {
      const { keyword, words } = line;
      const rival = RIVALS[keyword];
      if (rival !== undefined && first(rival)) return;
      // OpenSSH takes it for nothing said: a later line may still set it.
      if (keyword === "connecttimeout" && words[0] === "none") return;
      const before = all(keyword);
      if (GATHER.has(keyword) ? before.some((known) => known.words[0] === words[0]) : before.length > 0) return;
      lines.set(keyword, [...before, line]);
    },
    /** No line can change it any more. */
    settle(keyword: string, value: string): void {
      lines.set(keyword, [{ keyword, words: [value.replaceAll("%", "%%")], rest: value, place: "" }]);
    },
  };
}
