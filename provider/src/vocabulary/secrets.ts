/** Where secrets stand. */
import { type Element, elementOf, type Field, type Shape, type Value } from "./element";
import { type Bag, isBag, listOf } from "./plan";
import { having } from "./shapes";

type Path = (string | number)[];

/** The paths of this value at which the declaration says `secret`. */
export function secretPaths<S extends Shape>(element: Element<S>, value: Value<S>): Path[] {
  const found: Path[] = [];
  search(element, value as Bag, [], found);
  return found;
}

const holdsSecrets = having(({ facts }) => facts.secret === true);

/** `at` is where the search is; it is copied only where a secret stands. */
function search(element: Element<Shape>, value: Bag, at: Path, found: Path[]): void {
  if (!holdsSecrets(element)) return;
  for (const key of Object.keys(value)) {
    const [field, said] = [element.shape[key], value[key]];
    if (!field || said === undefined) continue;
    at.push(key);
    if (field.facts.secret) found.push([...at]);
    else searchField(field, said, at, found);
    at.pop();
  }
}
function searchField(field: Field<unknown>, said: unknown, at: Path, found: Path[]): void {
  const of = elementOf(field);
  if (!of) return;
  const one = (value: unknown, ...step: Path): void => {
    if (!isBag(value)) return;
    at.push(...step);
    search(of, value, at, found);
    at.length -= step.length;
  };
  if (field.table && isBag(said)) for (const [name, value] of Object.entries(said)) one(value, name);
  else if (field.many) for (const [i, value] of listOf(said).entries()) one(value, i);
  else one(said);
}
