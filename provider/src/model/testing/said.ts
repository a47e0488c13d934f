/** Which of the declared properties and variants documents use. */
import { type Element, elementOf, type Field, isShort, type Shape, typeOf } from "../../vocabulary/element";
import { isBag } from "../../vocabulary/plan";

/** A property by its place: what several elements share is one. Of a type that chooses variants, each word. */
type Known = Map<unknown, Map<string, string>>;

/** All that is declared, by path. */
export function declared(of: Element<Shape>): Known {
  const found: Known = new Map();
  enter(of, of.name, found, new Set());
  return found;
}
function enter(of: Element<Shape>, path: string, found: Known, seen: Set<Shape>): void {
  if (seen.has(of.shape)) return;
  seen.add(of.shape);
  for (const [key, field] of Object.entries(of.shape)) {
    if (field.own || isShort(field)) continue;
    const at = `${path}.${key}`;
    if (!found.has(field.place)) found.set(field.place, new Map([["", at]]));
    const type = typeOf(field);
    if (key === of.facts.by && type && !found.has(type))
      found.set(type, new Map((type.values ?? []).map((word) => [word, `${at}=${word}`])));
    const inner = elementOf(field);
    if (inner) enter(inner, at, found, seen);
  }
}

/** Takes out what a value says; what is left nobody has said. */
export function strike(of: Element<Shape>, value: unknown, from: Known): void {
  if (!isBag(value)) return;
  for (const [key, said] of Object.entries(value)) {
    const field: Field<unknown> | undefined = of.shape[key];
    if (!field) continue;
    const inner = elementOf(field);
    for (const one of Array.isArray(said) ? said : [said]) {
      from.get(field.place)?.delete("");
      if (typeof one === "string") from.get(typeOf(field))?.delete(one);
      if (inner) strike(inner, one, from);
    }
  }
}
export const left = (known: Known): string[] => [...known.values()].flatMap((words) => [...words.values()]);
