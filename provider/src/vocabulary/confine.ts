/** A document seen only where somebody speaks of it. */
import { type Element, elementOf, type Field, type Shape, typeOf, type Value } from "./element";
import { pair } from "./pair";
import { type Bag, isBag, listOf } from "./plan";

/** `today` at the paths that `said` has, and `before` at all others; all in long form. Items of a list are known by their keys. */
export const confine = <S extends Shape>(
  element: Element<S>,
  said: Value<S>,
  before: Value<S>,
  today: Value<S>,
): Value<S> => confineShape(element.shape, said as Bag, before as Bag, today as Bag) as Value<S>;

function confineShape(shape: Shape, said: Bag, before: Bag, today: Bag): Bag {
  const keys = Object.keys(said).filter((key) => shape[key] && said[key] !== undefined);
  // What libvirt keeps in other words than it was said in can only be seen whole: a volume becomes the path of its file.
  if (keys.length > 0 && keys.every((key) => before[key] === undefined && said[key] !== false)) return today;
  const out: Bag = { ...before };
  for (const key of keys) {
    const now = confineField(shape[key] as Field<unknown>, said[key], before[key], today[key]);
    if (now === undefined) delete out[key];
    else out[key] = now;
  }
  return out;
}

function confineField(field: Field<unknown>, said: unknown, before: unknown, today: unknown): unknown {
  const of = elementOf(field);
  if (of && field.many) return confineList(field, listOf(said), listOf(before), listOf(today));
  if (of) return confineItem(field, said, before, today);
  if (typeOf(field)?.pulumi !== "map" || !isBag(said) || !isBag(today)) return today;
  const others = Object.entries(isBag(before) ? before : {}).filter(([name]) => !(name in said));
  return Object.fromEntries([...others, ...Object.entries(today).filter(([name]) => name in said)]);
}
function confineItem(field: Field<unknown>, said: unknown, before: unknown, today: unknown): unknown {
  const of = elementOf(field);
  if (!of || !isBag(said) || !isBag(today)) return today;
  return isBag(before) ? confineShape(of.shape, said, before, today) : today;
}

function confineList(
  field: Field<unknown>,
  said: readonly unknown[],
  before: readonly unknown[],
  today: readonly unknown[],
): unknown {
  const [spoken, were] = [said, before].map((items) => new Map(pair(field, items, today).map(([i, j]) => [j, i])));
  const kept = today.flatMap((item, j) => {
    const [of, was] = [said[spoken?.get(j) ?? -1], before[were?.get(j) ?? -1]];
    if (of === undefined) return was === undefined ? [] : [was];
    return [confineItem(field, of, was, item)];
  });
  const meant = new Set(pair(field, said, before).flatMap(([i, j]) => (i >= 0 ? [j] : [])));
  const there = new Set(were?.values());
  const silent = before.filter((_, i) => !there.has(i) && !meant.has(i));
  return kept.length + silent.length > 0 ? [...kept, ...silent] : undefined;
}
