/** The files of ssh_config(5), and those that they include. */
import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { Failure } from "../../../failure";
import { type Line, linesOf } from "./lines";
import { glob } from "./patterns";
import { pathOf } from "./tokens";

/** As deep as OpenSSH follows `Include`. */
const DEEPEST = 16;

/** A file's lines, with what it includes in its place. */
export interface File {
  readonly lines: readonly (Line | { readonly included: readonly File[] })[];
}

/** The user's file, then the system's; with `named` that one alone, with `none` no file. Those that are not there say nothing. */
export function files(named?: string): readonly File[] {
  if (named === "none") return [];
  if (named !== undefined) return [read(pathOf(named, "`configFile`"), join(homedir(), ".ssh"), 0)];
  const places = [
    [join(homedir(), ".ssh/config"), join(homedir(), ".ssh")],
    ["/etc/ssh/ssh_config", "/etc/ssh"],
  ] as const;
  return places.flatMap(([path, folder]) => {
    try {
      return [read(path, folder, 0)];
    } catch (thrown) {
      if (isMissing(thrown)) return [];
      throw thrown;
    }
  });
}

const isMissing = (thrown: unknown): boolean =>
  ((thrown as Failure).circumstances?.cause as NodeJS.ErrnoException | undefined)?.code === "ENOENT";

function read(path: string, folder: string, depth: number): File {
  const lines = linesOf(textOf(path), path).map((line) => {
    if (line.keyword !== "include") return line;
    if (depth >= DEEPEST) throw new Failure("invalid", `${line.place}: too many files include each other`);
    const included = line.words.flatMap((word) => found(absolute(pathOf(word, line.place), folder)));
    return { included: included.map((file) => read(file, folder, depth + 1)) };
  });
  return { lines };
}

const absolute = (path: string, folder: string): string => (isAbsolute(path) ? path : join(folder, path));

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EISDIR") return "";
    throw new Failure("invalid", `${path} cannot be read (${(cause as Error).message})`, { cause });
  }
}

/** The files that a pattern names, in order; none is no error. */
function found(pattern: string): readonly string[] {
  if (!/[*?]/.test(pattern)) return exists(pattern) ? [pattern] : [];
  const folders = /[*?]/.test(dirname(pattern)) ? found(dirname(pattern)) : [dirname(pattern)];
  const name = glob(pattern.slice(dirname(pattern).length + 1));
  return folders.flatMap((folder) =>
    entries(folder)
      .filter((entry) => !entry.startsWith(".") && name.test(entry))
      .sort()
      .map((entry) => join(folder, entry)),
  );
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const exists = (path: string): boolean => entries(dirname(path)).includes(path.slice(dirname(path).length + 1));
