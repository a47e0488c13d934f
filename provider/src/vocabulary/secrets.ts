/** Where secrets stand. */
import { type Element, elementOf, type Shape, type Value } from "./element";
import { type Bag, isBag, listOf } from "./plan";

/** The paths of this value at which the declaration says `secret`. */
export const secretPaths = <S extends Shape>(element: Element<S>, value: Value<S>): (string | number)[][] =>
  search(element, value as Bag, []);

function search(element: Element<Shape>, value: Bag, path: (string | number)[]): (string | number)[][] {
  return Object.entries(element.shape).flatMap(([key, field]) => {
    const at = [...path, key];
    if (value[key] === undefined) return [];
    if (field.facts.secret) return [at];
    const of = elementOf(field);
    if (!of) return [];
    const one = (v: unknown, p: (string | number)[]): (string | number)[][] => (isBag(v) ? search(of, v, p) : []);
    if (field.table && isBag(value[key]))
      return Object.entries(value[key]).flatMap(([name, v]) => one(v, [...at, name]));
    return field.many ? listOf(value[key]).flatMap((v, i) => one(v, [...at, i])) : one(value[key], at);
  });
}
