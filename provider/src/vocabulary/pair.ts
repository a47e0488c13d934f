/** Which items of two lists are the same thing: by key, never by position where there is one. */
import { hasUnknown, unknown } from "../unknown";
import { elementOf, type Field, isFlag, isShort, typeOf } from "./element";
import { type Bag, isBag, listOf, said } from "./plan";
import type { Type } from "./types";

/** Positions in `a` and in `b`; -1 where it has no such item. Those of `b` first, in its order. */
export type Pair = readonly [number, number];

export function pair(field: Field<unknown>, a: readonly unknown[], b: readonly unknown[]): Pair[] {
  const partner = new Map<number, number>();
  const free = new Set(a.keys());
  const keys = (field.many?.keys ?? []) as readonly ((item: unknown) => unknown)[];
  const [ofA, ofB] = [a, b].map((items) =>
    items.map((item) => keys.map((key) => (isBag(item) ? keyOf(key, item) : undefined))),
  );
  /** Joins what agrees; of several that do, the equal one. */
  const join = (agree: (i: number, j: number) => boolean): void => {
    for (const j of b.keys()) {
      if (partner.has(j) || free.size === 0) continue;
      const able = [...free].filter((i) => agree(i, j));
      const best = able.length > 1 ? able.find((i) => equalOne(field, a[i], b[j])) : undefined;
      const i = best ?? able[0];
      if (i === undefined) continue;
      partner.set(j, i);
      free.delete(i);
    }
  };
  const both = (n: number, i: number, j: number): boolean => known(ofA?.[i]?.[n]) && known(ofB?.[j]?.[n]);
  const same = (n: number, i: number, j: number): boolean => ofA?.[i]?.[n] === ofB?.[j]?.[n];
  for (const n of keys.keys())
    join((i, j) => both(n, i, j) && same(n, i, j) && !keys.some((_, better) => better < n && both(better, i, j)));
  const agreed = (i: number, j: number): boolean => keys.every((_, n) => !both(n, i, j) || same(n, i, j));
  join((i, j) => agreed(i, j) && equalOne(field, a[i], b[j]));
  join(agreed);
  return [...[...b.keys()].map((j): Pair => [partner.get(j) ?? -1, j]), ...[...free].map((i): Pair => [i, -1])];
}
/** Whether what both have stands in the same order in both. */
export const inOrder = (pairs: readonly Pair[]): boolean =>
  pairs.filter(([i, j]) => i >= 0 && j >= 0).every(([i], n, both) => n === 0 || i > (both[n - 1]?.[0] ?? -1));
/** A key that is composed of something unknown is unknown: a symbol cannot be put into a text. */
export function keyOf(key: (item: unknown) => unknown, item: unknown): unknown {
  if (!hasUnknown(item)) return key(item);
  try {
    return key(item);
  } catch {
    return unknown;
  }
}
/** A key that joins: there, and known. */
export const known = (key: unknown): boolean => key !== undefined && key !== unknown;

/** Whether two values mean the same: sizes in other units do, absent and false markers do, order of lists' items counts where they are `ordered`. */
export function equal(field: Field<unknown>, a: unknown, b: unknown): boolean {
  if (a === unknown || b === unknown) return false;
  if (!field.many) return equalOne(field, a, b);
  const [x, y] = [listOf(a), listOf(b)];
  if (x.length !== y.length) return false;
  if (!elementOf(field)) return x.every((v, i) => equalOne(field, v, y[i]));
  const pairs = pair(field, x, y);
  return (
    pairs.every(([i, j]) => i >= 0 && j >= 0 && equalOne(field, x[i], y[j])) && (!field.facts.ordered || inOrder(pairs))
  );
}
/** The same of one item, or of what is no list. */
export function equalOne(field: Field<unknown>, a: unknown, b: unknown): boolean {
  if (a === unknown || b === unknown) return false;
  if (a === b && typeof a !== "object") return true;
  const of = elementOf(field);
  if (of && isBag(a) && isBag(b))
    return said(a, b).every((key) => {
      const f = of.shape[key];
      return !f || f.facts.reported || (isShort(f) ? a[key] === b[key] : equal(f, a[key], b[key]));
    });
  if (isFlag(field)) return (a ?? false) === (b ?? false);
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
