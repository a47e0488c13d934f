/** Which items of two lists are the same thing: by key, never by position where there is one. */
import { unknown } from "../unknown";
import { elementOf, type Field, isShort, typeOf } from "./element";
import { type Bag, isBag, listOf } from "./plan";
import type { Type } from "./types";

/** Positions in `a` and in `b`; -1 where it has no such item. Those of `b` first, in its order. */
export type Pair = readonly [number, number];

export function pair(field: Field<unknown>, a: readonly unknown[], b: readonly unknown[]): Pair[] {
  const partner = new Map<number, number>();
  const free = new Set(a.keys());
  const keys = (field.many?.keys ?? []).map(
    (key) => (item: unknown) => (isBag(item) ? (key as (i: unknown) => unknown)(item) : undefined),
  );
  const join = (agree: (x: unknown, y: unknown) => boolean): void => {
    for (const [j, y] of b.entries()) {
      if (partner.has(j)) continue;
      for (const i of free)
        if (agree(a[i], y)) {
          partner.set(j, i);
          free.delete(i);
          break;
        }
    }
  };
  const contradict = (x: unknown, y: unknown): boolean =>
    keys.some((key) => {
      const [p, q] = [key(x), key(y)];
      return known(p) && known(q) && p !== q;
    });
  for (const [n, key] of keys.entries()) {
    const better = keys.slice(0, n);
    const agree = (x: unknown, y: unknown): boolean =>
      known(key(x)) && key(x) === key(y) && !better.some((k) => known(k(x)) && known(k(y)));
    join((x, y) => agree(x, y) && equalOne(field, x, y));
    join(agree);
  }
  join((x, y) => !contradict(x, y) && equalOne(field, x, y));
  join((x, y) => !contradict(x, y));
  return [...b.map((_, j): Pair => [partner.get(j) ?? -1, j]), ...[...free].map((i): Pair => [i, -1])];
}
const known = (key: unknown): boolean => key !== undefined && key !== unknown;

/** Whether two values mean the same: sizes in other units do, absent and false markers do, order of lists' items does not count. */
export function equal(field: Field<unknown>, a: unknown, b: unknown): boolean {
  if (a === unknown || b === unknown) return false;
  if (!field.many) return equalOne(field, a, b);
  const [x, y] = [listOf(a), listOf(b)];
  if (x.length !== y.length) return false;
  if (!elementOf(field)) return x.every((v, i) => equalOne(field, v, y[i]));
  return pair(field, x, y).every(([i, j]) => i >= 0 && j >= 0 && equalOne(field, x[i], y[j]));
}
/** The same of one item, or of what is no list. */
export function equalOne(field: Field<unknown>, a: unknown, b: unknown): boolean {
  if (a === unknown || b === unknown) return false;
  const of = elementOf(field);
  if (of && isBag(a) && isBag(b))
    return Object.entries(of.shape).every(([key, f]) => (isShort(f) ? a[key] === b[key] : equal(f, a[key], b[key])));
  if (field.place.at === "mark") return (a ?? false) === (b ?? false);
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  return sameScalar(field, a, b);
}
function sameScalar(field: Field<unknown>, a: unknown, b: unknown): boolean {
  const type = typeOf(field);
  if (type?.pulumi === "map") return isBag(a) && isBag(b) && sameMap(type.sameEntry, a, b);
  if (type?.pulumi === "asset") return hash(a) !== undefined && hash(a) === hash(b);
  return type?.same !== undefined && type.same(a) === type.same(b);
}
function sameMap(same: Type<unknown>["sameEntry"], a: Bag, b: Bag): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => sameEntry(same, a[name], b[name]));
}
/** Whether two entries of a map are the same. */
export const sameEntry = (same: Type<unknown>["sameEntry"], a: unknown, b: unknown): boolean =>
  a === b ? a !== unknown : same !== undefined && typeof a === "string" && typeof b === "string" && same(a) === same(b);
/** Assets are known by what identifies their contents: everything about them but symbols' identity. */
const hash = (value: unknown): string | undefined => JSON.stringify(value, (_, v) => (isBag(v) ? described(v) : v));
const described = (bag: Bag): unknown => [
  Object.entries(bag).sort(([a], [b]) => (a < b ? -1 : 1)),
  Object.getOwnPropertySymbols(bag).map((s) => [s.description, Reflect.get(bag, s)]),
];
