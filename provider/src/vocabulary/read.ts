/** The reader. It knows no error: what the declaration does not reach becomes a leftover. */
import { type Node, node, print } from "../xml";
import { type Element, type Field, type Shape, typeOf, type Value } from "./element";
import { type Bag, type Item, isBag, type Plan, planOf, rest } from "./plan";

/** The value of an element, with what the model does not know under `rest`. */
export const read = <S extends Shape>(element: Element<S>, from: Node): Value<S> =>
  readShape(element.shape, from) as Value<S>;

function readShape(shape: Shape, from: Node): Bag {
  const into: Bag = {};
  const left = fill(planOf(shape), from, into);
  if (left) into[rest] = left;
  return into;
}

/** Fills `into` from `n`; returns what it could not use. */
function fill(plan: Plan, n: Node, into: Bag): Node | undefined {
  const left = node(n.name);
  for (const name in n.attrs) {
    const raw = n.attrs[name] ?? "";
    const item = plan.attrs.get(name);
    const used = item ? put(into, item, scalar(item.field, raw, n)) : isUnit(plan, name, n);
    if (!used) left.attrs[name] = raw;
  }
  if (n.text.trim() !== "" || (n.text !== "" && plan.body)) {
    const used = plan.body && put(into, plan.body, scalar(plan.body.field, n.text, n));
    if (!used) left.text = n.text;
  }
  const seen = new Set<string>(plan.lists.size > 0 ? unreadable(plan, n) : []);
  for (const c of n.children) {
    const remains = take(plan, c, into, seen);
    if (remains) left.children.push(remains === c ? apart(c) : remains);
  }
  return isEmpty(left) ? undefined : left;
}
const apart = (c: Node): Node => ({ ...c, apart: true });
const isEmpty = (n: Node): boolean => n.text === "" && n.children.length === 0 && Object.keys(n.attrs).length === 0;

/** A unit was used if what it is the unit of was. */
function isUnit(plan: Plan, name: string, n: Node): boolean {
  const item = plan.also.get(name);
  const raw = item && (item.field.place.at === "body" ? n.text : n.attrs[item.name]);
  return item !== undefined && raw !== undefined && scalar(item.field, raw, n) !== undefined;
}

/** Lists of which an item cannot be read are left whole: their order would be lost. */
const unreadable = (plan: Plan, n: Node): string[] =>
  n.children.flatMap(({ name }, i, all) => {
    const item = plan.lists.get(name);
    const c = all[i];
    return item && c && readChild(item.field, c)[0] === undefined ? [name] : [];
  });

/**
 * Takes a child into the value; returns what of it is left, which is the child itself if nothing was taken. Only the first of a name is
 * taken where the model knows one: more of them would change places.
 */
function take(plan: Plan, c: Node, into: Bag, seen: Set<string>): Node | undefined {
  const wrapper = plan.wrappers.get(c.name);
  const item = plan.kids.get(c.name);
  if (seen.has(c.name)) return c;
  if (wrapper) {
    seen.add(c.name);
    if (wrapper.here) put(into, wrapper.here, true);
    else if (isEmpty(c)) return c;
    return fill(wrapper, c, into);
  }
  if (!item) return plan.foreign && putDocument(into, plan.foreign, c) ? undefined : c;
  if (!item.field.many) seen.add(c.name);
  const [value, remains] = readChild(item.field, c);
  if (value !== undefined) put(into, item, value);
  return remains;
}

function put(bag: Bag, { key, field, group }: Item, value: unknown): boolean {
  if (value === undefined) return false;
  const into = group === undefined ? bag : gathered(bag, group);
  if (!field.many) into[key] = value;
  else if (Array.isArray(into[key])) into[key].push(value);
  else into[key] = [value];
  return true;
}
function gathered(bag: Bag, group: string): Bag {
  const known = bag[group];
  if (isBag(known)) return known;
  const made: Bag = {};
  bag[group] = made;
  return made;
}
function putDocument(into: Bag, { key, field }: Item, c: Node): boolean {
  const uri = /^\{(.*)\}/.exec(c.name)?.[1];
  const known = (into[key] ?? {}) as Record<string, string>;
  if (uri === undefined || uri in known) return false;
  if (field.place.at === "foreign" && field.place.except.includes(uri)) return false;
  into[key] = { ...known, [uri]: print(c).trim() };
  return true;
}

/** The value, only if it prints back as it was read. */
function scalar(field: Field<unknown>, raw: string, at: Node): unknown {
  const type = typeOf(field);
  const value = type?.parse(raw, at);
  return value !== undefined && (type?.also || type?.print(value, at) === raw) ? value : undefined;
}

/** A child's value, and what of it is left. An item of a list is taken whole or not at all. */
function readChild(field: Field<unknown>, c: Node): [unknown, Node?] {
  const { place } = field;
  if (place.at === "child") return [readShape(place.of().shape, c)];
  if (place.at === "either") return [readShape(place.of().shape, node("", {}, [c]))];
  const used = [...(place.at === "sole" ? [place.attr] : []), typeOf(field)?.also];
  const raw = place.at === "sole" ? c.attrs[place.attr] : c.text;
  const value = place.at === "mark" ? true : raw === undefined ? undefined : scalar(field, raw, c);
  const textUsed = place.at === "leaf" || c.text.trim() === "";
  const extra = c.children.length > 0 || !textUsed || Object.keys(c.attrs).some((name) => !used.includes(name));
  if (value === undefined || (extra && field.many)) return [undefined, c];
  if (!extra) return [value];
  const attrs = Object.fromEntries(Object.entries(c.attrs).filter(([name]) => !used.includes(name)));
  return [value, node(c.name, attrs, c.children.map(apart), place.at === "leaf" ? "" : c.text)];
}
