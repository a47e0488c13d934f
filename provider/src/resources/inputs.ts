/** What the user wrote, checked against the declaration, and what it comes to with the defaults of its birth. */
import type { Bag, CheckFailure, Path, Properties, Value } from "../plugin/resource";
import { check, type Dialect, type Element, long, normal, type Shape, secretPaths, slips } from "../vocabulary";
import { hidden, removed } from "./state";

/** A property that a secret may not be: it stands in ids, URNs of error messages and file names. */
const public_ = ["name", "pool", "uuid", "host"];

/** Every fault at once, each on its own property. */
export function checkDeclared(declaration: Element<Shape>, news: Properties, dialect?: Dialect): CheckFailure[] {
  const said = withoutHidden(news.values);
  return [
    ...[...check(declaration, said, dialect), ...slips(declaration, said["xml"])].map(({ path, reason }) => ({
      property: path,
      reason,
    })),
    ...news.secrets
      .filter((path) => path.length === 1 && public_.includes(String(path[0])))
      .map((property) => ({
        property,
        reason: `must not be a secret: the ${property[0]} of an object is shown in ids, logs and on the host itself`,
      })),
  ];
}

/** The secrets among these inputs: the user's, and what the declaration calls one. */
export function secretsOf(declaration: Element<Shape>, inputs: Bag, given: readonly Path[]): Path[] {
  const declared = secretPaths(declaration, withoutHidden(inputs));
  return [...given, ...declared.filter((path) => !given.some((outer) => outer.every((step, i) => path[i] === step)))];
}

/** What the inputs come to: the defaults of the object's birth, and over them what the program says, in its own spelling. */
export function whole(inputs: Bag): Bag {
  const out = overlay(inputs[hidden.defaults] as Bag | undefined, withoutHidden(inputs));
  for (const path of removed(inputs)) remove(out, path);
  return out;
}
/** The same in long form. */
export const effective = (declaration: Element<Shape>, inputs: Bag): Bag => long(declaration, whole(inputs)) as Bag;

/** What the program says, in libvirt's spelling. */
export const spoken = (declaration: Element<Shape>, news: Bag): Record<string, Value | undefined> =>
  normal(declaration, withoutHidden(news)) as Record<string, Value | undefined>;

export function withoutHidden(inputs: Bag): Bag {
  const out: Record<string, Value | undefined> = {};
  for (const key of Object.keys(inputs)) {
    const value = inputs[key];
    if (!key.startsWith("__") && value !== null && value !== undefined) out[key] = value;
  }
  return out;
}

type Loose = Record<string, unknown>;
const isBag = (value: unknown): value is Bag => typeof value === "object" && value !== null && !Array.isArray(value);

/** Objects are laid over each other; lists and single values replace what is below. */
function overlay(below: Bag | undefined, above: Bag): Bag {
  const out: Record<string, Value | undefined> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = out[key];
    out[key] = isBag(value) && isBag(under) ? overlay(under, value) : value;
  }
  return out;
}

/** Takes the property at `path` out, touching only copies. */
function remove(bag: Bag, path: readonly string[]): void {
  let at = bag as Loose;
  for (const step of path.slice(0, -1)) {
    if (!isBag(at[step])) return;
    at = at[step] = { ...(at[step] as Loose) };
  }
  const last = path.at(-1);
  if (last !== undefined) delete at[last];
}
