/** A program's value in libvirt's own spelling, where a type knows one: events and answers carry no other. */
import { type Element, elementOf, type Field, type Shape, typeOf, type Value } from "./element";
import { type Bag, isBag } from "./plan";
import { having } from "./shapes";

/** In short or long form; what is unknown, or not of its type, stays as it is. */
export const normal = <S extends Shape>(element: Element<S>, value: Value<S>): Value<S> =>
  normalElement(element, value as Bag) as Value<S>;

const hasNormal = having((field) => typeOf(field)?.normal !== undefined);

function normalElement(element: Element<Shape>, value: Bag): Bag {
  const out: Bag = { ...value };
  if (!hasNormal(element)) return out;
  for (const [key, said] of Object.entries(value)) {
    const field = element.shape[key];
    if (field && said !== undefined) out[key] = normalField(field, said);
  }
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
