/** A program's value in libvirt's own spelling, where a type knows one: events and answers carry no other. */
import { type Element, elementOf, type Field, type Shape, typeOf, type Value } from "./element";
import { type Bag, isBag } from "./plan";

/** In short or long form; what is unknown, or not of its type, stays as it is. */
export const normal = <S extends Shape>(element: Element<S>, value: Value<S>): Value<S> =>
  normalElement(element, value as Bag) as Value<S>;

function normalElement(element: Element<Shape>, value: Bag): Bag {
  const out: Bag = { ...value };
  for (const [key, field] of Object.entries(element.shape))
    if (out[key] !== undefined) out[key] = normalField(field, out[key]);
  return out;
}
function normalField(field: Field<unknown>, value: unknown): unknown {
  const of = elementOf(field);
  const normalOf = typeOf(field)?.normal;
  const one = (item: unknown): unknown => {
    if (of) return isBag(item) ? normalElement(of, item) : item;
    return normalOf && typeof item === "string" ? normalOf(item) : item;
  };
  if (field.table) return value;
  return Array.isArray(value) ? value.map(one) : one(value);
}
