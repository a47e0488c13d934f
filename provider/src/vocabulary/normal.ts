/** A value as libvirt spells it, where a type knows how. */
import { type Element, elementOf, type Field, type Shape, typeOf, type Value } from "./element";
import { type Bag, isBag } from "./plan";
import { having } from "./shapes";

/** A program's value, in short or long form: events and answers carry no other spelling. What is unknown, or not of its type, stays as it is. */
export const normal = <S extends Shape>(element: Element<S>, value: Value<S>): Value<S> =>
  respelled(element, value as Bag, "normal") as Value<S>;
/** The same with sizes in the units in which libvirt tells them, leftovers included: two documents that say the same say it alike. */
export const told = <S extends Shape>(element: Element<S>, value: Value<S>): Value<S> =>
  respelled(element, value as Bag, "told") as Value<S>;

type Spelling = "normal" | "told";
/** What most elements have nothing of need not be walked. */
const hasSpelling = {
  normal: having((field) => typeOf(field)?.normal !== undefined || typeOf(field)?.numeric === true),
  told: having((field) => typeOf(field)?.told !== undefined),
};

function respelled(element: Element<Shape>, value: Bag, as: Spelling): Bag {
  const out: Bag = { ...value };
  if (!hasSpelling[as](element)) return out;
  for (const key of Object.keys(value)) {
    const [field, said] = [element.shape[key], value[key]];
    if (field && said !== undefined) out[key] = respelledField(field, said, as);
  }
  return out;
}
function respelledField(field: Field<unknown>, value: unknown, as: Spelling): unknown {
  const of = elementOf(field);
  const type = typeOf(field);
  const turn = type?.[as];
  const one = (item: unknown): unknown => {
    if (of) return isBag(item) ? respelled(of, item, as) : item;
    if (type?.numeric && typeof item === "number") return String(item);
    return turn && typeof item === "string" ? turn(item) : item;
  };
  if (field.table) return value;
  return Array.isArray(value) ? value.map(one) : one(value);
}
