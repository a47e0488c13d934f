/** The three-way merge on which updates and drift stand. */
import { unknown } from "../unknown";
import { type Element, elementOf, type Field, type Shape, typeOf, type Value } from "./element";
import { equal, equalOne, inOrder, keyOf, known, pair, sameEntry } from "./pair";
import { type Bag, isBag, listOf, rest, said } from "./plan";

/**
 * `base` with exactly those changes that lie between `was` and `want`, all in long form: what others put into `base` stays, leftovers
 * included; what the program changed arrives. Update is `merge(today, old inputs, new inputs)`, drift is
 * `merge(old inputs, baseline, today)`.
 */
export const merge = <S extends Shape>(element: Element<S>, base: Value<S>, was: Value<S>, want: Value<S>): Value<S> =>
  mergeShape(element.shape, base as Bag, was as Bag, want as Bag) as Value<S>;

function mergeShape(shape: Shape, base: Bag, was: Bag, want: Bag): Bag {
  const out: Bag = { ...base };
  for (const key of said(was, want)) {
    const field = shape[key];
    if (!field || field.facts.reported) continue;
    const merged = mergeField(field, base[key], was[key], want[key]);
    if (merged === undefined) delete out[key];
    else out[key] = merged;
  }
  return out;
}

function mergeField(field: Field<unknown>, base: unknown, was: unknown, want: unknown): unknown {
  if (want === unknown) return unknown;
  if (field.many && elementOf(field)) return mergeList(field, listOf(base), listOf(was), listOf(want));
  if (field.many) return equal(field, was ?? [], want ?? []) ? base : want;
  if (equalOne(field, was, want)) return base;
  const of = elementOf(field);
  if (of && want === undefined && isBag(base) && isBag(was)) return lessened(of, base, was);
  if (of && isBag(base) && isBag(want)) return mergeShape(of.shape, base, isBag(was) ? was : {}, want);
  const type = typeOf(field);
  if (type?.pulumi === "map") return mergeMap(base, was, want, type.sameEntry);
  return want;
}

/** A child that the program takes back: gone, unless somebody else put something into it. */
function lessened(of: Element<Shape>, base: Bag, was: Bag): Bag | undefined {
  const left = mergeShape(of.shape, base, was, {});
  return isOurs(of, left) ? undefined : left;
}
function isOurs(of: Element<Shape>, left: Bag): boolean {
  if (left[rest]) return false;
  return Object.entries(left).every(([key, value]) => {
    const field = of.shape[key];
    const inner = field && !field.many ? elementOf(field) : undefined;
    return field?.facts.filled || (inner !== undefined && isBag(value) && isOurs(inner, value));
  });
}

function mergeList(
  field: Field<unknown>,
  base: readonly unknown[],
  was: readonly unknown[],
  want: readonly unknown[],
): unknown {
  const wanted = pair(field, was, want);
  const at = new Map(
    pair(field, base, was)
      .filter(([h, i]) => h >= 0 && i >= 0)
      .map(([h, i]) => [i, h]),
  );
  const now = new Map<number, unknown>(base.entries());
  const added = new Map<number, unknown>();
  /** Where in `base` an item of `want` is. */
  const places = new Map<number, number>();
  const fresh = wanted.filter(([i, j]) => j >= 0 && !at.has(i)).map(([i, j]) => ({ j, was: was[i], want: want[j] }));
  for (const [i, j] of wanted) {
    const h = at.get(i);
    if (h === undefined) continue;
    if (j < 0) now.delete(h);
    else {
      now.set(h, mergeItem(field, base[h], was[i], want[j]));
      places.set(j, h);
    }
  }
  const strangers = [...base.keys()].filter((h) => ![...at.values()].includes(h));
  const met = pair(
    field,
    strangers.map((h) => base[h]),
    fresh.map((item) => item.want),
  );
  for (const [s, f] of met) {
    const item = fresh[f];
    const h = strangers[s];
    if (!item || (item.was !== undefined && equalOne(field, item.was, item.want))) continue;
    if (h === undefined || !keyed(field, base[h], item.want)) added.set(item.j, item.want);
    else {
      now.set(h, mergeItem(field, base[h], {}, item.want));
      places.set(item.j, h);
    }
  }
  const merged = field.facts.ordered
    ? inWantedOrder(now, added, places, want.length, inOrder(wanted))
    : [...now.values(), ...added.values()];
  return merged.length > 0 ? merged : undefined;
}
/** Where the program moved nothing, what is there keeps its order; what the other side alone has stands behind what it follows there. */
function inWantedOrder(
  now: ReadonlyMap<number, unknown>,
  added: ReadonlyMap<number, unknown>,
  places: ReadonlyMap<number, number>,
  wanted: number,
  unmoved: boolean,
): unknown[] {
  const fresh = (j: number): number => -1 - j;
  const theirs = [...now.keys()];
  const ours = Array.from({ length: wanted }, (_, j) => places.get(j) ?? (added.has(j) ? fresh(j) : undefined)).filter(
    (at) => at !== undefined,
  );
  const [whole, other] = unmoved ? [theirs, ours] : [ours, theirs];
  for (const [n, at] of other.entries()) {
    const before = other[n - 1];
    if (!whole.includes(at)) whole.splice(before === undefined ? 0 : whole.indexOf(before) + 1, 0, at);
  }
  return whole.map((at) => (at < 0 ? added.get(fresh(at)) : now.get(at)));
}
/** A stranger is what the program wants only if a key says so. */
const keyed = (field: Field<unknown>, a: unknown, b: unknown): boolean =>
  equalOne(field, a, b) ||
  (field.many?.keys ?? []).some((key) => {
    const [x, y] = [a, b].map((item) => keyOf(key as (item: unknown) => unknown, item));
    return known(x) && x === y;
  });

function mergeItem(field: Field<unknown>, base: unknown, was: unknown, want: unknown): unknown {
  const of = elementOf(field);
  if (!of || !isBag(base) || !isBag(want)) return want;
  return equalOne(field, was, want) ? base : mergeShape(of.shape, base, isBag(was) ? was : {}, want);
}

function mergeMap(base: unknown, was: unknown, want: unknown, same: Parameters<typeof sameEntry>[0]): unknown {
  const [h, x, y] = [base, was, want].map((map) => (isBag(map) ? map : {})) as [Bag, Bag, Bag];
  const out: Bag = { ...h };
  for (const name of new Set([...Object.keys(x), ...Object.keys(y)])) {
    if (sameEntry(same, x[name], y[name])) continue;
    if (y[name] === undefined) delete out[name];
    else out[name] = y[name];
  }
  return Object.keys(out).length > 0 ? out : undefined;
}
