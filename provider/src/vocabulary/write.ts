/** The writer: elements in the order of declaration, then what the model does not know, where it came from. */
import { Failure } from "../failure";
import { unknown } from "../unknown";
import { type Node, node, parse } from "../xml";
import { type Element, type Field, isFlag, type Shape, typeOf, type Value } from "./element";
import { isBag, listOf, type Plan, partOf, planOf, rest } from "./plan";

/** The element of a value in long form. Nothing of it may be unknown any more. */
export const write = <S extends Shape>(element: Element<S>, value: Value<S>): Node =>
  writeShape(element.shape, value, node(element.name));

function writeShape(shape: Shape, value: unknown, n: Node): Node {
  if (!isBag(value)) return n;
  const plan = planOf(shape);
  for (const item of plan.items) {
    const { key, field, name } = item;
    const v = partOf(item, value);
    if (v === undefined || (field.many && listOf(v).length === 0) || (isFlag(field) && v === false)) continue;
    if (v === unknown) throw new Failure("defect", `${key} is not known yet, so it cannot be written`);
    const at = field.inside.reduce(wrapped, n);
    for (const one of field.many ? listOf(v) : [v]) place(field, name, one, at);
  }
  if (value[rest]) restore(plan, value[rest], n);
  return n;
}
const wrapped = (at: Node, name: string): Node => at.children.find((c) => c.name === name) ?? push(at, node(name));
function push(to: Node, n: Node): Node {
  to.children.push(n);
  return n;
}

function place(field: Field<unknown>, name: string, value: unknown, at: Node): void {
  const { place } = field;
  const text = (n: Node): string => typeOf(field)?.print(value, n) ?? "";
  if (place.at === "attr") at.attrs[name] = text(at);
  else if (place.at === "body") at.text = text(at);
  else if (place.at === "child") writeShape(place.of().shape, value, push(at, node(name)));
  else if (place.at === "either") writeShape(place.of().shape, value, at);
  else if (place.at === "mark") push(at, node(name));
  else if (place.at === "foreign") for (const xml of Object.values(value as object)) push(at, parse(xml, "invalid"));
  else if (place.at !== "here") {
    const n = push(at, node(name));
    if (place.at === "sole") n.attrs[place.attr] = text(n);
    else n.text = text(n);
  }
}

/** Puts leftovers back: into the element that they are left of, else at the end. */
function restore(plan: Plan | undefined, left: Node, n: Node): void {
  for (const name in left.attrs) n.attrs[name] ??= left.attrs[name] ?? "";
  n.text ||= left.text;
  for (const c of left.children) {
    const home = c.apart ? undefined : n.children.find((x) => x.name === c.name);
    if (home) restore(plan?.wrappers.get(c.name), c, home);
    else push(n, c);
  }
}
