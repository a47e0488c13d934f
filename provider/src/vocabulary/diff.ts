/** What differs between two values, and how each difference lands. Leftovers do not count. */
import { unknown } from "../unknown";
import { type Element, elementOf, type Field, isShort, type Lands, type Shape, typeOf, type Value } from "./element";
import { equal, equalOne, inOrder, pair, sameEntry } from "./pair";
import { type Bag, isBag, listOf, said } from "./plan";

export type Path = (string | number)[];
export interface Change {
  /** In `b`; of what is deleted, in `a`. */
  readonly path: Path;
  readonly kind: "add" | "delete" | "update";
  readonly lands: Lands;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** The changes that make `b` of `a`, both in long form. What is `unknown` in `b` counts as changed. */
export const diff = <S extends Shape>(element: Element<S>, a: Value<S>, b: Value<S>): Change[] =>
  diffShape(element.shape, a as Bag, b as Bag, [], element.facts.lands ?? "boot");

function diffShape(shape: Shape, a: Bag, b: Bag, path: Path, inherited: Lands): Change[] {
  return said(a, b).flatMap((key) => {
    const field = shape[key];
    if (!field || (a[key] === undefined && b[key] === undefined) || field.facts.reported) return [];
    const lands = field.facts.lands ?? inherited;
    const at = [...path, key];
    if (b[key] === unknown || isShort(field))
      return a[key] === b[key] && b[key] !== unknown ? [] : [change(at, a[key], b[key], lands)];
    return field.many ? diffList(field, a[key], b[key], at, lands) : diffOne(field, a[key], b[key], at, lands);
  });
}

function diffOne(field: Field<unknown>, a: unknown, b: unknown, path: Path, lands: Lands): Change[] {
  const of = elementOf(field);
  if (of && isPart(a) && isPart(b)) {
    const inner = diffShape(of.shape, a ?? {}, b ?? {}, path, lands);
    return inner.length > 0 || (a && b) ? inner : [change(path, a, b, lands)];
  }
  const type = typeOf(field);
  if (type?.pulumi === "map" && isPart(a) && isPart(b)) {
    const names = [...new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})])];
    return names.flatMap((name) =>
      sameEntry(type.sameEntry, a?.[name], b?.[name]) ? [] : [change([...path, name], a?.[name], b?.[name], lands)],
    );
  }
  return equalOne(field, a, b) ? [] : [change(path, a, b, lands)];
}
const isPart = (value: unknown): value is Bag | undefined => value === undefined || isBag(value);
/** What is inside a thing that comes and goes by plugging is not plugged by itself. */
const innerLands = (field: Field<unknown>, lands: Lands): Lands =>
  elementOf(field)?.facts.lands ?? (lands === "plug" ? "boot" : lands);

function diffList(field: Field<unknown>, a: unknown, b: unknown, path: Path, lands: Lands): Change[] {
  if (!elementOf(field)) return equal(field, a ?? [], b ?? []) ? [] : [change(path, a, b, lands)];
  const [x, y] = [listOf(a), listOf(b)];
  const pairs = pair(field, x, y);
  if (field.facts.ordered && !inOrder(pairs)) return [change(path, a, b, lands)];
  return pairs.flatMap(([i, j]) => {
    if (i < 0) return [change([...path, j], undefined, y[j], lands)];
    if (j < 0) return [change([...path, i], x[i], undefined, lands)];
    return diffOne(field, x[i], y[j], [...path, j], innerLands(field, lands));
  });
}

const change = (path: Path, from: unknown, to: unknown, lands: Lands): Change => ({
  path,
  kind: from === undefined ? "add" : to === undefined ? "delete" : "update",
  lands,
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
});
