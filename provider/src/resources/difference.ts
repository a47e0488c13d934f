/** What a program changed, in Pulumi's paths and with how each change lands. */
import type { Bag, Change, Path } from "../plugin/resource";
import { diff, type Element, type Change as Landing, type Shape } from "../vocabulary";
import { effective, withoutHidden } from "./inputs";

export interface Differences {
  readonly changes: readonly Change[];
  /** The same with their verbs, on the long forms. */
  readonly landings: readonly Landing[];
}

/** `ignoreChanges` are paths as Pulumi writes them: `disks[0].file`, `tags["a.b"]`, `interfaces[*].mac`. */
export function differences(
  declaration: Element<Shape>,
  olds: Bag,
  news: Bag,
  ignoreChanges: readonly string[],
): Differences {
  const [was, want] = [withoutHidden(olds), withoutHidden(news)];
  const ignored = ignoreChanges.map(parsePath);
  const landings = diff(declaration, effective(declaration, olds), effective(declaration, news)).filter(
    ({ path }) => !ignored.some((pattern) => covers(pattern, spelled(path, was, want))),
  );
  const changes = new Map<string, Change>();
  for (const { path, kind, lands } of landings) {
    const property = spelled(path, was, want);
    const key = JSON.stringify(property);
    const twin = changes.get(key);
    const whole = property.length === path.length && !twin;
    const replace = lands === "replace" || twin?.replace === true;
    changes.set(key, { property, kind: whole ? kind : "update", ...(replace ? { replace } : {}) });
  }
  return { changes: [...changes.values()], landings };
}

/** The longest part of a path that the program's own spelling has: a short form has no `source.file`. */
function spelled(path: Path, was: Bag, want: Bag): Path {
  let length = path.length;
  while (length > 1 && !has(was, path.slice(0, length)) && !has(want, path.slice(0, length))) length--;
  return path.slice(0, length);
}
function has(value: unknown, path: Path): boolean {
  let at = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null) return false;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at !== undefined;
}

/** Pulumi's property path, as far as `ignoreChanges` may hold one. */
export function parsePath(path: string): (string | number)[] {
  const step = /\.?([^.[\]]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\[(\*)\]/g;
  return [...path.matchAll(step)].map(([, name, index, quoted, any]) =>
    index !== undefined ? Number(index) : quoted !== undefined ? quoted.replace(/\\(.)/g, "$1") : (name ?? any ?? ""),
  );
}
const covers = (pattern: Path, path: Path): boolean =>
  pattern.length <= path.length && pattern.every((step, i) => step === "*" || step === path[i]);
