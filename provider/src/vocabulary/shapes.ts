/** What shapes have of a kind, looked for once: they have hundreds of properties, of which a program says a few. */
import { type Element, elementOf, type Field, isShort, type Shape } from "./element";

export type Entry = readonly [key: string, field: Field<unknown>];
type Is = (field: Field<unknown>) => boolean;

/** The properties of a shape that are of a kind. */
function those(is: Is): (shape: Shape) => readonly Entry[] {
  const known = new WeakMap<Shape, readonly Entry[]>();
  return (shape) => {
    const found = known.get(shape) ?? Object.entries(shape).filter(([, field]) => is(field));
    known.set(shape, found);
    return found;
  };
}
export const shortsOf = those(isShort);
export const requiredOf = those(({ facts }) => facts.required === true);

/** Whether an element has a property of a kind, however deep. Most have none and are passed by. */
export function having(is: Is): (element: Element<Shape>) => boolean {
  const known = new WeakMap<Element<Shape>, boolean>();
  return (element) => {
    const told = known.get(element) ?? search(element, new Set());
    known.set(element, told);
    return told;
  };
  function search(element: Element<Shape>, seen: Set<Element<Shape>>): boolean {
    if (seen.has(element)) return false;
    seen.add(element);
    return Object.values(element.shape).some((field) => {
      const of = elementOf(field);
      return is(field) || (of !== undefined && search(of, seen));
    });
  }
}
