/** What is known of a value of which a preview knows only a part. */
import { hasUnknown, unknown } from "../unknown";
import { type Element, elementOf, type Field, type Shape, typeOf, type Value } from "./element";
import { pair } from "./pair";
import { type Bag, isBag, listOf } from "./plan";

/** `want` in which everything unknown is as it was in `was`, or is not there: what nobody knows is no change. Both in long form. */
export const knownPart = <S extends Shape>(element: Element<S>, was: Value<S>, want: Value<S>): Value<S> =>
  ofShape(element.shape, was as Bag, want as Bag) as Value<S>;

function ofShape(shape: Shape, was: Bag, want: Bag): Bag {
  if (!hasUnknown(want)) return want;
  const out: Bag = { ...want };
  for (const [key, value] of Object.entries(want)) {
    if (!hasUnknown(value)) continue;
    const known = ofField(shape[key], was[key], value);
    if (known === undefined) delete out[key];
    else out[key] = known;
  }
  return out;
}

function ofField(field: Field<unknown> | undefined, was: unknown, want: unknown): unknown {
  if (!field || want === unknown) return was;
  const of = elementOf(field);
  if (of && field.many) return ofList(field, of, listOf(was), listOf(want));
  if (of) return isBag(want) ? ofShape(of.shape, isBag(was) ? was : {}, want) : was;
  return typeOf(field)?.pulumi === "map" && isBag(want) ? ofMap(isBag(was) ? was : {}, want) : was;
}

/** Each unknown item may be any of those that were there and have no other partner. */
function ofList(field: Field<unknown>, of: Element<Shape>, was: readonly unknown[], want: readonly unknown[]): unknown {
  const items = want.filter((item) => item !== unknown);
  const pairs = pair(field, was, items);
  const now = pairs
    .filter(([, j]) => j >= 0)
    .map(([i, j]) => {
      const [old, item] = [was[i], items[j]];
      return isBag(item) ? ofShape(of.shape, isBag(old) ? old : {}, item) : item;
    });
  const free = pairs.filter(([, j]) => j < 0).map(([i]) => was[i]);
  return [...now, ...free.slice(0, want.length - items.length)];
}

function ofMap(was: Bag, want: Bag): Bag {
  const entries = Object.entries(want).map(([name, value]) => [name, value === unknown ? was[name] : value]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
