/** Fills in declared defaults. */
import { type Element, elementOf, type Field, type Shape, type Value } from "./element";
import { type Bag, isBag } from "./plan";

export interface Filled<V> {
  readonly value: V;
  /** What was filled in, and where. */
  readonly filled: { readonly path: (string | number)[]; readonly value: unknown }[];
}

/** The value with the `default`s of what it does not say; inside children and items that are there. */
export function withDefaults<S extends Shape>(element: Element<S>, value: Value<S>): Filled<Value<S>> {
  const filled: Filled<unknown>["filled"] = [];
  return { value: fill(element, value as Bag, [], filled) as Value<S>, filled };
}

function fill(element: Element<Shape>, value: Bag, path: (string | number)[], filled: Filled<unknown>["filled"]): Bag {
  const out: Bag = { ...value };
  for (const [key, field] of Object.entries(element.shape)) {
    const at = [...path, key];
    if (out[key] === undefined) {
      const initial = defaultOf(field, out);
      if (initial === undefined) continue;
      out[key] = initial;
      filled.push({ path: at, value: initial });
      continue;
    }
    const of = elementOf(field);
    if (!of) continue;
    const one = (v: unknown, p: (string | number)[]): unknown => (isBag(v) ? fill(of, v, p, filled) : v);
    out[key] = Array.isArray(out[key]) ? out[key].map((v, i) => one(v, [...at, i])) : one(out[key], at);
  }
  return out;
}
function defaultOf({ facts }: Field<unknown>, parent: Bag): unknown {
  return typeof facts.default === "function" ? (facts.default as (parent: Bag) => unknown)(parent) : facts.default;
}
