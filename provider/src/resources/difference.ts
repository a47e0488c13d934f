/** What a program changed, in Pulumi's paths and with how each change lands. */
import type { Bag, Change, Path } from "../plugin/resource";
import { unknown } from "../unknown";
import { diff, type Element, type Field, type Change as Landing, type Shape } from "../vocabulary";
import { elementOf } from "../vocabulary/element";
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
  if (identical(olds, news)) return { changes: [], landings: [] };
  const [was, want] = [withoutHidden(olds), withoutHidden(news)];
  const ignored = ignoreChanges.map(parsePath);
  const landings = diff(declaration, effective(declaration, olds), effective(declaration, news)).filter(({ path }) => {
    const said = spelled(declaration, path, was, want);
    return !ignored.some((pattern) => covers(pattern, path) || covers(pattern, said));
  });
  const changes = new Map<string, Change>();
  for (const { path, kind, lands } of landings) {
    const property = spelled(declaration, path, was, want);
    const key = JSON.stringify(property);
    const twin = changes.get(key);
    const whole = property.length === path.length && !twin;
    const replace = lands === "replace" || twin?.replace === true;
    changes.set(key, { property, kind: whole ? kind : "update", ...(replace ? { replace } : {}) });
  }
  return { changes: [...changes.values()], landings };
}

/** Spelled alike throughout, which most resources of most updates are. What is unknown is like nothing. */
function identical(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return a === b && a !== unknown;
  if (Object.getOwnPropertySymbols(a).length > 0 || Array.isArray(a) !== Array.isArray(b)) return false;
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  return (
    keys.length === others.length &&
    keys.every((key) => Object.hasOwn(b, key) && identical(Reflect.get(a, key), Reflect.get(b, key)))
  );
}

/** The path in the program's own spelling, as far as that has it: a short form has no `source.file`, but a `file`. */
function spelled(declaration: Element<Shape>, path: Path, was: Bag, want: Bag): Path {
  const said = (part: Path): boolean => has(was, part) || has(want, part);
  let shape: Shape | undefined = declaration.shape;
  for (const [i, step] of path.entries()) {
    const before = path.slice(0, i);
    if (!said([...before, step])) {
      const short = shape && shortFor(shape, path.slice(i), (key) => said([...before, key]));
      return short ? [...before, ...short] : path.slice(0, Math.max(i, 1));
    }
    if (typeof step === "number") continue;
    const field: Field<unknown> | undefined = shape?.[step];
    shape = field && elementOf(field)?.shape;
  }
  return path;
}
/** The path from here by a short form that the program says. */
function shortFor(shape: Shape, [holder, ...rest]: Path, says: (key: string) => boolean): Path | undefined {
  for (const [key, { place }] of Object.entries(shape)) {
    if ((place.at !== "short" && place.at !== "shortOf") || !says(key)) continue;
    if (holder === "type") return [key];
    if (place.at === "shortOf" && place.into === holder) return [key, ...rest];
    if (
      place.at === "short" &&
      place.to.some(([into, property]) => into === holder && property === (rest[0] ?? property))
    )
      return [key];
  }
  return undefined;
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
