/** What somebody wished of what stands in a document: without what libvirt only reports, and what it filled in by itself. */
import { type Element, elementOf, type Field, type Shape, typeName, type Value } from "./element";
import { type Bag, isBag, rest } from "./plan";

/** Whether libvirt would say so by itself; `holder` is the whole element in which it stands, `value` is what somebody wished of it. */
export type Filled = (value: unknown, holder: Readonly<Record<string, unknown>>) => boolean;
/** Where it depends: by the name of the element's type, and property. Elsewhere the fact `filled` says it alone. */
export type Depends = Readonly<Record<string, Readonly<Record<string, Filled>>>>;

/** In long form. What no property says stays, and keeps that in which it stands. */
export const wished = <S extends Shape>(element: Element<S>, value: Value<S>, depends: Depends): Value<S> =>
  wishedOf(element, value as Bag, depends) as Value<S>;

function wishedOf(element: Element<Shape>, value: Bag, depends: Depends): Bag {
  const out: Bag = value[rest] ? { [rest]: value[rest] } : {};
  for (const [key, held] of Object.entries(value)) {
    const field = element.shape[key];
    if (!field || field.facts.reported || held === undefined) continue;
    const filled = depends[typeName(element)]?.[key];
    const one = (item: unknown): unknown[] => wish(field, item, value, depends, filled);
    const left = field.many ? (held as unknown[]).flatMap(one) : one(held);
    if (left.length > 0) out[key] = field.many ? left : left[0];
  }
  return out;
}

/** It, or nothing. */
function wish(field: Field<unknown>, item: unknown, holder: Bag, depends: Depends, filled?: Filled): unknown[] {
  const of = elementOf(field);
  if (!of || !isBag(item)) return (filled ? filled(item, holder) : field.facts.filled) ? [] : [item];
  const left = wishedOf(of, item, depends);
  if (hasRest(left)) return [left];
  if (filled?.(left, holder)) return [];
  // An element that was empty is said by somebody; one of which all was filled in is not.
  return Reflect.ownKeys(left).length === 0 && (Reflect.ownKeys(item).length > 0 || field.facts.filled) ? [] : [left];
}
const hasRest = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.some(hasRest)
    : isBag(value) && (value[rest] !== undefined || Object.values(value).some(hasRest));
