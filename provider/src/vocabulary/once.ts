/** What may be there once: values that no two things may share, and items of a list that no two may be. */
import { propertyPath } from "../path";
import { unknown } from "../unknown";
import type { Fault } from "./check";
import { type Element, elementOf, type Field, type Shape, typeOf } from "./element";
import { keyOf, known } from "./pair";
import { type Bag, isBag, listOf } from "./plan";
import { having } from "./shapes";

type Path = Fault["path"];
/** Where each value of a document that must be there once was met first. */
type Met = Map<string, Path>;

/** One walk through a document. */
interface Walk {
  /** Where it is. */
  readonly at: (string | number)[];
  readonly met: Met;
  readonly faults: Fault[];
}

/** Each second one, on its own property, with where the first one is. In short or long form; what is unknown passes. */
export function doubles(element: Element<Shape>, value: unknown): Fault[] {
  const walk: Walk = { at: [], met: new Map(), faults: [] };
  if (isBag(value)) searchElement(walk, element, value);
  return walk.faults;
}

function searchElement(walk: Walk, element: Element<Shape>, value: Bag): void {
  if (!speaks(element)) return;
  for (const key of Object.keys(value)) {
    const [field, held] = [element.shape[key], value[key]];
    if (!field || held === undefined || held === null) continue;
    walk.at.push(key);
    searchField(walk, field, held);
    walk.at.pop();
  }
}
function searchField(walk: Walk, field: Field<unknown>, held: unknown): void {
  const of = elementOf(field);
  const { once } = field.facts;
  if (!of && once === undefined) return;
  const search = (item: unknown): void => {
    if (of && isBag(item)) searchElement(walk, of, item);
    else if (!of && once !== undefined && item !== unknown) searchScalar(walk, field, once, item);
  };
  if (field.many)
    for (const [i, item] of listOf(held).entries()) {
      walk.at.push(i);
      search(item);
      walk.at.pop();
    }
  else search(held);
  if (of && once !== undefined) searchTwins(walk, field, once, field.many ? listOf(held) : [held]);
}
function searchScalar({ at, met, faults }: Walk, field: Field<unknown>, once: string, value: unknown): void {
  const key = `${once} ${spelling(field, value)}`;
  const first = met.get(key);
  if (first)
    faults.push({ path: [...at], reason: `is ${String(value)}, the ${once} of ${owner(first)} too: each has its own` });
  else met.set(key, [...at]);
}
/** Items of one list that are the same thing by what identifies them. */
function searchTwins({ at, faults }: Walk, field: Field<unknown>, once: string, items: readonly unknown[]): void {
  const identity = field.many?.keys.at(-1) as ((item: unknown) => unknown) | undefined;
  const first = new Map<unknown, number>();
  for (const [i, item] of items.entries()) {
    const key = identity && isBag(item) ? keyOf(identity, item) : undefined;
    if (!known(key)) continue;
    const twin = first.get(key);
    if (twin === undefined) first.set(key, i);
    else
      faults.push({
        path: [...at, i],
        reason: `is the same ${once} as ${propertyPath([...at, twin])}: it is there once`,
      });
  }
}

/** Values that mean the same have one. */
function spelling(field: Field<unknown>, value: unknown): string {
  const type = typeOf(field);
  return type?.same ? type.same(value) : String(value);
}
/** The item of a list that a property is of; the property itself where it is of none. */
function owner(path: Path): string {
  const end = path.findLastIndex((step) => typeof step === "number");
  return propertyPath(end < 0 ? path : path.slice(0, end + 1));
}
const speaks = having(({ facts }) => facts.once !== undefined);
