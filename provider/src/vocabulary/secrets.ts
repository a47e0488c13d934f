/** Where secrets stand. */
import { type Element, elementOf, type Shape, type Value } from "./element";
import { type Bag, isBag, listOf } from "./plan";
import { having } from "./shapes";

/** The paths of this value at which the declaration says `secret`. */
export const secretPaths = <S extends Shape>(element: Element<S>, value: Value<S>): (string | number)[][] =>
  search(element, value as Bag, []);

const holdsSecrets = having(({ facts }) => facts.secret === true);

function search(element: Element<Shape>, value: Bag, path: (string | number)[]): (string | number)[][] {
  if (!holdsSecrets(element)) return [];
  return Object.entries(value).flatMap(([key, said]) => {
    const field = element.shape[key];
    const at = [...path, key];
    if (!field || said === undefined) return [];
    if (field.facts.secret) return [at];
    const of = elementOf(field);
    if (!of) return [];
    const one = (v: unknown, p: (string | number)[]): (string | number)[][] => (isBag(v) ? search(of, v, p) : []);
    if (field.table && isBag(said)) return Object.entries(said).flatMap(([name, v]) => one(v, [...at, name]));
    return field.many ? listOf(said).flatMap((v, i) => one(v, [...at, i])) : one(said, at);
  });
}
