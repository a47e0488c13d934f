/** A shape by its XML names, made once: what reader and writer look things up in. */
import { unknown } from "../unknown";
import type { Node } from "../xml";
import { type Field, isShort, nameOf, type Shape } from "./element";

/** What the model does not know rides on values under this symbol: no JSON, no type and no program sees it. */
export const rest: unique symbol = Symbol("what the model does not know");
/** A value as the machinery sees it: its type is known to callers only. */
export type Bag = { [property: string]: unknown; [rest]?: Node };
export const isBag = (value: unknown): value is Bag =>
  typeof value === "object" && value !== null && !Array.isArray(value);
/** The properties that either has: far fewer than there could be. */
export const said = (a: Bag, b: Bag): string[] => [...Object.keys(a), ...Object.keys(b).filter((key) => !(key in a))];
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export interface Item {
  readonly key: string;
  readonly field: Field<unknown>;
  readonly name: string;
  /** The group that it is a property of. */
  readonly group?: string;
}
export interface Plan {
  readonly attrs: Map<string, Item>;
  /** Attributes that belong to another's value: units. */
  readonly also: Map<string, Item>;
  readonly kids: Map<string, Item>;
  /** Those of `kids` that are lists of scalars. */
  readonly lists: Map<string, Item>;
  /** Elements that the properties do not show, with what is in them. */
  readonly wrappers: Map<string, Plan>;
  body?: Item;
  /** Says that the element is there. */
  here?: Item;
  foreign?: Item;
  /** All of them in the order of declaration, in the outermost plan only. */
  readonly items: Item[];
}

const plans = new WeakMap<Shape, Plan>();
const empty = (): Plan => ({
  attrs: new Map(),
  also: new Map(),
  kids: new Map(),
  lists: new Map(),
  wrappers: new Map(),
  items: [],
});

export function planOf(shape: Shape): Plan {
  const made = plans.get(shape);
  if (made) return made;
  const top = empty();
  addItems(shape, top);
  plans.set(shape, top);
  return top;
}
function addItems(shape: Shape, top: Plan, group?: string): void {
  for (const [key, field] of Object.entries(shape)) {
    if (field.own || isShort(field)) continue;
    if (field.place.at === "group") {
      addItems(field.place.of().shape, top, key);
      continue;
    }
    const item = { key, field, name: nameOf(key, field), ...(group !== undefined && { group }) };
    enter(field.inside.reduce(within, top), item);
    top.items.push(item);
  }
}
/** An item's value, in the bag that its plan is of. */
export function partOf({ key, group }: Item, bag: Bag): unknown {
  if (group === undefined) return bag[key];
  const within = bag[group];
  return within === unknown || !isBag(within) ? within : within[key];
}
function within(plan: Plan, wrapper: string): Plan {
  const next = plan.wrappers.get(wrapper) ?? empty();
  plan.wrappers.set(wrapper, next);
  return next;
}
function enter(plan: Plan, item: Item): void {
  const { place } = item.field;
  if ((place.at === "attr" || place.at === "body") && place.type.also) plan.also.set(place.type.also, item);
  if (place.at === "attr") plan.attrs.set(item.name, item);
  else if (place.at === "body") plan.body = item;
  else if (place.at === "here") plan.here = item;
  else if (place.at === "foreign") plan.foreign = item;
  else if (place.at === "either")
    for (const [key, field] of Object.entries(place.of().shape)) plan.kids.set(nameOf(key, field), item);
  else {
    plan.kids.set(item.name, item);
    if (item.field.many && place.at !== "child") plan.lists.set(item.name, item);
  }
}
