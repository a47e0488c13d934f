/** Which release of libvirt brought what: from the schemas of its releases, each compared with that before it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Element, elementOf, type Facts, type Field, type Shape } from "../../vocabulary/element";
import { type Item, type Plan, planOf } from "../../vocabulary/plan";

/** One thing that libvirt's XML can say, by its path: `domain/devices/disk/@device=lun`. */
export interface Brought {
  readonly path: string;
  /** The last release known to lack it; not always that before `by`. */
  readonly after: string;
  /** The first release known to have it. */
  readonly by: string;
}

/** A line of two releases, then what came between them. */
export const history: readonly Brought[] = readFileSync(join(__dirname, "history.txt"), "utf8")
  .split(/\n(?=\S)/)
  .flatMap((block) => {
    const [head = "", ...paths] = block.trimEnd().split("\n");
    const [after = "", by = ""] = head.split(" ");
    return paths.map((path) => ({ path: path.trim(), after, by }));
  });

/** Where a path ends in a declaration, and the facts of all that is on the way. */
export interface Found {
  readonly field: Field<unknown>;
  readonly word?: string;
  /** The release that the declaration names: the newest of those on the way. */
  readonly since?: string;
}

export function find(of: Element<Shape>, path: string): Found | undefined {
  const [whole = "", word] = path.split(/=(?=[^=/}]*$)/);
  const [, ...steps] = whole.split(/\/(?![^{]*\})/);
  const facts: Facts[] = [];
  let plan: Plan | undefined = planOf(of.shape);
  let field: Field<unknown> | undefined;
  for (const step of steps) {
    const wrapper: Plan | undefined = plan?.wrappers.get(step);
    const next: Item | undefined = wrapper ? undefined : itemAt(plan, step);
    // What is one text or one attribute has no plan: its field says all.
    if (next) field = next.field;
    else if (!wrapper && plan) return undefined;
    if (next) facts.push(next.field.facts, groupOf(of, next));
    plan = wrapper ?? planIn(next?.field);
  }
  if (!field) return undefined;
  const named = [...facts.map(({ since }) => since), word === undefined ? undefined : field.facts.wordsSince?.[word]];
  const since = named
    .filter((version) => version !== undefined)
    .sort(byRelease)
    .at(-1);
  return { field, ...(word !== undefined && { word }), ...(since !== undefined && { since }) };
}
function itemAt(plan: Plan | undefined, step: string): Item | undefined {
  if (step === "text()") return plan?.body;
  if (step.startsWith("@")) return plan?.attrs.get(step.slice(1));
  const item = plan?.kids.get(step);
  return item?.field.place.at === "either" ? planOf(item.field.place.of().shape).kids.get(step) : item;
}
/** What is said of all properties of a name space. */
const groupOf = (of: Element<Shape>, { group }: Item): Facts => (group && of.shape[group]?.facts) || {};
const planIn = (field: Field<unknown> | undefined): Plan | undefined => {
  const of = field && elementOf(field);
  return of && planOf(of.shape);
};

/** The older first. */
export function byRelease(a: string, b: string): number {
  const [x, y] = [a, b].map((version) => version.split(".").map(Number));
  const at = [0, 1, 2].find((i) => (x?.[i] ?? 0) !== (y?.[i] ?? 0)) ?? 0;
  return (x?.[at] ?? 0) - (y?.[at] ?? 0);
}
