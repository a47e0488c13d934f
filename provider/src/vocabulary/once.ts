/** What may be there once: values that no two things may share, and items of a list that no two may be. */
import { propertyPath } from "../path";
import { unknown } from "../unknown";
import type { Fault } from "./check";
import { type Element, elementOf, type Field, type Shape, typeOf } from "./element";
import { keyOf, known } from "./pair";
import { isBag, listOf } from "./plan";
import { having } from "./shapes";

type Path = Fault["path"];
type Placed = [value: unknown, path: Path];
/** Where each value of a document that must be there once was met first. */
type Met = Map<string, Path>;

/** Each second one, on its own property, with where the first one is. In short or long form; what is unknown passes. */
export const doubles = (element: Element<Shape>, value: unknown): Fault[] =>
  searchElement(element, value, [], new Map());

function searchElement(element: Element<Shape>, value: unknown, path: Path, met: Met): Fault[] {
  if (!isBag(value) || !speaks(element)) return [];
  return Object.entries(value).flatMap(([key, held]) => {
    const field = element.shape[key];
    return field && held !== undefined && held !== null ? searchField(field, held, [...path, key], met) : [];
  });
}
function searchField(field: Field<unknown>, held: unknown, path: Path, met: Met): Fault[] {
  const of = elementOf(field);
  const values: Placed[] = field.many ? listOf(held).map((item, i) => [item, [...path, i]]) : [[held, path]];
  const inner = of ? values.flatMap(([item, at]) => searchElement(of, item, at, met)) : [];
  const { once } = field.facts;
  if (once === undefined) return inner;
  if (of) return [...inner, ...twins(field, once, values)];
  return values.flatMap(([item, at]) => {
    const key = item === unknown ? undefined : `${once} ${spelling(field, item)}`;
    const first = key === undefined ? undefined : met.get(key);
    if (key !== undefined && first === undefined) met.set(key, at);
    return first
      ? [{ path: at, reason: `is ${String(item)}, the ${once} of ${owner(first)} too: each has its own` }]
      : [];
  });
}
/** Items of one list that are the same thing by what identifies them. */
function twins(field: Field<unknown>, once: string, items: readonly Placed[]): Fault[] {
  const identity = field.many?.keys.at(-1) as ((item: unknown) => unknown) | undefined;
  const first = new Map<unknown, Path>();
  return items.flatMap(([item, at]) => {
    const key = identity && isBag(item) ? keyOf(identity, item) : undefined;
    const twin = known(key) ? first.get(key) : undefined;
    if (known(key) && !twin) first.set(key, at);
    return twin ? [{ path: at, reason: `is the same ${once} as ${propertyPath(twin)}: it is there once` }] : [];
  });
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
