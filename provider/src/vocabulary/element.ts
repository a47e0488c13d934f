/** The words in which an element of XML is declared, once; every other file of this room derives something from it. */
import type { Fault } from "./check";
import { documents, oneOf, type Type, text } from "./types";

/**
 * How a change lands: by the verb of that name in `resources/`.
 * - `boot`: at the next cold start (the default)
 * - `replace`: only by another object
 * - `define`: by redefining the object; nothing restarts
 * - `plug`: an element of a list comes and goes on the running machine; inside an element: take it out, plug it in again
 * - `update`: the running device is changed (`virDomainUpdateDeviceFlags`)
 * - `media`: the medium in a drive is changed
 * - `netUpdate`: `virNetworkUpdate`, which touches no guest; `netRestart`: the network is stopped and started
 * - `never`: the resource's check refuses it
 * - `none`: nothing on the host; only what the provider does from now on
 * - the others are named for the call
 */
export type Lands =
  | "boot"
  | "replace"
  | "define"
  | "plug"
  | "update"
  | "media"
  | "setMemory"
  | "setVcpus"
  | "setMetadata"
  | "autostart"
  | "power"
  | "seed"
  | "never"
  | "resize"
  | "netUpdate"
  | "netRestart"
  | "none";

/** What is known of a property beside its type and its place. */
export interface Facts {
  /** The XML name, where it is not the property's. */
  readonly as?: string;
  /** The first libvirt that has it. */
  readonly since?: string;
  /** Words that came later than the property itself, and the first libvirt that has each. */
  readonly wordsSince?: Readonly<Record<string, string>>;
  /** The drivers that have it. */
  readonly only?: readonly string[];
  /** Default: as the parent's. */
  readonly lands?: Lands;
  /** Pulumi must not show it. */
  readonly secret?: true;
  /** Libvirt fills it in by itself where nobody says it. */
  readonly filled?: true;
  /** Libvirt says it and a program cannot: it is read and written back, but no input and no change. */
  readonly reported?: true;
  /** A value without it is refused. */
  readonly required?: true;
  /**
   * Of a scalar: no two of a document may have one value, and what it is called there (`boot order`). Of a list of elements: no two
   * items may be the same by its last key, and what an item is called.
   */
  readonly once?: string;
  /** Of a list of elements: the order of its items has a meaning, so another order is a change. */
  readonly ordered?: true;
  /** The values of the discriminator for which it exists; written by `variants`. */
  readonly when?: readonly string[];
}
/** What is known of an element beside its name and shape. */
export interface ElementFacts extends Facts {
  /** The property whose value chooses the variant. */
  readonly by?: string;
  /** The name of its type in Pulumi's schema, where the XML name says too little. */
  readonly named?: string;
  /** Faults that concern several properties. Values may be unknown. */
  readonly rule?: (value: Readonly<Record<string, unknown>>) => readonly Fault[];
}

/** How a short form and the long one come from each other. */
export interface Short {
  readonly is: string;
  /** Paths in the long form. */
  readonly to: readonly (readonly [string, string])[];
  readonly split?: (value: string) => readonly string[] | undefined;
}
export type Place =
  | { readonly at: "attr" | "body" | "leaf"; readonly type: Type<unknown> }
  | { readonly at: "sole"; readonly type: Type<unknown>; readonly attr: string }
  | { readonly at: "mark" }
  | { readonly at: "here" }
  | { readonly at: "child" | "group" | "either"; readonly of: () => Element<Shape> }
  | { readonly at: "foreign"; readonly type: Type<unknown>; readonly except: readonly string[] }
  | { readonly at: "own"; readonly type: Type<unknown> }
  | ({ readonly at: "short"; readonly type: Type<unknown> } & Short)
  | ({ readonly at: "shortOf"; readonly of: () => Element<Shape>; readonly into: string } & Pick<Short, "is">);

/** Candidate keys, the best first: two items are the same thing where the first that both have is equal. */
export type Keys = readonly ((item: never) => unknown)[];
export interface Field<T> {
  /** Only for TypeScript; never there. */
  readonly is?: T;
  readonly place: Place;
  readonly many?: { readonly keys: Keys };
  readonly doc: string;
  readonly facts: Facts;
  /** Elements around it that the properties do not show. */
  readonly inside: readonly string[];
  /** Not XML: read and write pass it by. */
  readonly own?: true;
  /** Several by name; only of what is not XML. */
  readonly table?: true;
}
export type Shape = { readonly [property: string]: Field<unknown> };
export type Value<S extends Shape> = { -readonly [K in keyof S]?: S[K] extends Field<infer T> ? T : never };
export interface Element<S extends Shape> {
  readonly name: string;
  readonly doc: string;
  readonly shape: S;
  readonly facts: ElementFacts;
}
/** The TypeScript type of what a declaration declares. */
export type Of<E> = E extends Element<infer S> ? Value<S> : never;

export const typeOf = (field: Field<unknown>): Type<unknown> | undefined =>
  "type" in field.place ? field.place.type : undefined;
export const elementOf = (field: Field<unknown>): Element<Shape> | undefined =>
  "of" in field.place ? field.place.of() : undefined;
/** What is true or not by whether an element is there. */
export const isFlag = ({ place }: Field<unknown>): boolean => place.at === "mark" || place.at === "here";
export const isShort = ({ place }: Field<unknown>): boolean => place.at === "short" || place.at === "shortOf";

export const element = <S extends Shape>(
  name: string,
  doc: string,
  shape: S,
  facts: ElementFacts & { readonly by?: keyof S & string } = {},
): Element<S> => ({ name, doc, shape, facts });

const field = <T>(place: Place, doc: string, facts: Facts = {}): Field<T> => ({ place, doc, facts, inside: [] });
const erased = <T>(type: Type<T>): Type<unknown> => type as Type<unknown>;

/** `<e name="…"/>` */
export const attr = <T>(type: Type<T>, doc: string, facts?: Facts): Field<T> =>
  field({ at: "attr", type: erased(type) }, doc, facts);
/** `<e>…</e>`: the text beside attributes. */
export const body = <T>(type: Type<T>, doc: string, facts?: Facts): Field<T> =>
  field({ at: "body", type: erased(type) }, doc, facts);
/** `<e><name>…</name></e>` */
export const leaf = <T>(type: Type<T>, doc: string, facts?: Facts): Field<T> =>
  field({ at: "leaf", type: erased(type) }, doc, facts);
/** `<e><name attribute="…"/></e>`: an element that is one attribute is that attribute's value. */
export const sole = <T>(attribute: string, type: Type<T>, doc: string, facts?: Facts): Field<T> =>
  field({ at: "sole", type: erased(type), attr: attribute }, doc, facts);
/** `<e><name/></e>`: true where it is there. */
export const mark = (doc: string, facts?: Facts): Field<boolean> => field({ at: "mark" }, doc, facts);
/** Of what is `inside` an element: true where that element is there. */
export const here = (doc: string, facts?: Facts): Field<boolean> => field({ at: "here" }, doc, facts);
/** Properties of one name that XML does not gather in an element: those of a name space. */
export const group = <S extends Shape>(of: Element<S>): Field<Value<S>> =>
  field({ at: "group", of: () => of }, of.doc, of.facts);
/** `<e><child …/></e>` */
export const child = <S extends Shape>(of: Element<S>, facts?: Facts & { doc?: string }): Field<Value<S>> => {
  const { doc = of.doc, ...own } = facts ?? {};
  return field({ at: "child", of: () => of }, doc, { as: of.name, ...of.facts, ...own });
};
/** A child of an element's own kind: TypeScript cannot infer a type from itself, so it is named. */
export const nested = <T>(of: () => Element<Shape>, name: string, doc: string, facts?: Facts): Field<T> =>
  field({ at: "child", of }, doc, { as: name, ...facts });
/** Items of a list that are elements of several names, whose order among each other counts: each has one of the properties. */
export const either = <S extends Shape>(of: Element<S>): Field<Value<S>> => {
  const rule: ElementFacts["rule"] = (value) => {
    const names = Object.keys(of.shape);
    const said = names.filter((name) => value[name] !== undefined);
    return said.length === 1 ? [] : [{ path: [], reason: `must have exactly one of ${names.join(" and ")}` }];
  };
  const ruled: Element<Shape> = { ...of, facts: { ...of.facts, rule } };
  return field({ at: "either", of: () => ruled }, of.doc, of.facts);
};
/** Zero or more of them. Without keys, equal items are the same thing, then those at one place. Lists of scalars count as a whole. */
export const list = <T>(
  one: Field<T>,
  keys: ((item: T) => unknown) | readonly ((item: T) => unknown)[] = [],
  facts?: Facts & { doc?: string },
): Field<T[]> => {
  const { doc = one.doc, ...more } = facts ?? {};
  const { is: _, ...rest } = one;
  return { ...rest, doc, many: { keys: typeof keys === "function" ? [keys] : keys }, facts: { ...one.facts, ...more } };
};
/** Several of them by name; only of what is not XML. */
export const table = <T>(one: Field<T>, facts?: Facts & { doc?: string }): Field<Record<string, T>> => {
  const { doc = one.doc, ...more } = facts ?? {};
  const { is: _, ...rest } = one;
  return { ...rest, doc, own: true, table: true, facts: { ...one.facts, ...more } };
};
/** Whole elements of other name spaces, by URI; those in `except` stay leftovers. */
export const foreign = (except: readonly string[], doc: string, facts?: Facts): Field<Record<string, string>> =>
  field({ at: "foreign", type: erased(documents), except }, doc, facts);

/** A property that is not XML: of a scalar type, or a field (child, list) whose parts are not XML either. */
export function own<T>(what: Type<T>, doc: string, facts?: Facts): Field<T>;
export function own<T>(what: Field<T>, facts?: Facts): Field<T>;
export function own<T>(what: Type<T> | Field<T>, doc?: string | Facts, facts?: Facts): Field<T> {
  if ("place" in what) return { ...what, own: true, facts: { ...what.facts, ...(typeof doc === "object" ? doc : {}) } };
  return { ...field<T>({ at: "own", type: erased(what) }, typeof doc === "string" ? doc : "", facts), own: true };
}

/** A short way to say `type` and the one thing that matters: `{ file: path }`; `to` is its path in the long form. */
export const short = (is: string, to: string, doc: string): Field<string> =>
  field({ at: "short", type: erased(text), is, to: [pathOf(to)] }, doc);
/** A short form of one text that the long form keeps as two: `{ volume: "pool/volume" }`. */
export const shortPair = (is: string, to: readonly [string, string], separator: string, doc: string): Field<string> => {
  const split = (value: string): readonly string[] | undefined => {
    const at = value.indexOf(separator);
    return at > 0 && at < value.length - 1 ? [value.slice(0, at), value.slice(at + 1)] : undefined;
  };
  const fault = (value: string): string | undefined =>
    split(value) ? undefined : `is ${JSON.stringify(value)}; it must be of the form pool${separator}volume`;
  return field({ at: "short", type: erased({ ...text, fault }), is, to: to.map(pathOf), split }, doc);
};
/** A short form with several properties, which the long form keeps in the child `into`. */
export const shortOf = <S extends Shape>(is: string, into: string, of: Element<S>): Field<Value<S>> =>
  field({ at: "shortOf", of: () => of, is, into }, of.doc);
const pathOf = (path: string): readonly [string, string] => {
  const [holder = "", property = ""] = path.split(".");
  return [holder, property];
};

/** Fields that XML puts inside an element that the properties do not show: `...inside("devices", { … })`. */
export const inside = <S extends Shape>(name: string, shape: S): S =>
  Object.fromEntries(
    Object.entries(shape).map(([key, f]) => [key, { ...f, inside: [name, ...f.inside] }]),
  ) as unknown as S;

type Merged<V> = {
  [K in V extends unknown ? keyof V : never]: V extends unknown ? (K extends keyof V ? V[K] : never) : never;
};
/**
 * Fields that exist only for some values of the nearest discriminator: `...variants({ file: { … }, "bridge|direct": { … } })`.
 * A property of several variants has one place; the words it may be are those of all.
 */
export const variants = <V extends { readonly [value: string]: Shape }>(of: V): Merged<V[keyof V]> => {
  const all: Record<string, Field<unknown>> = {};
  for (const [value, shape] of Object.entries(of))
    for (const [key, f] of Object.entries(shape)) {
      const known = all[key];
      const when = [...(known?.facts.when ?? []), ...value.split("|")];
      all[key] = { ...f, place: known ? united(known.place, f.place) : f.place, facts: { ...f.facts, when } };
    }
  return all as Merged<V[keyof V]>;
};
function united(a: Place, b: Place): Place {
  const [words, more] = [a, b].map((place) => ("type" in place ? place.type.values : undefined));
  if (!words || !more || !("type" in b)) return b;
  return { ...b, type: erased(oneOf(...new Set([...words, ...more]))) } as Place;
}

const pascal = (name: string): string => name.replace(/(?:^|[-_:.])(\w)/g, (_, letter: string) => letter.toUpperCase());
/** The name of its type in Pulumi's schema, and so in every SDK. */
export const typeName = (of: Element<Shape>): string => of.facts.named ?? pascal(of.name);

/** The name of its element or attribute. */
export const nameOf = (key: string, f: Field<unknown>): string => f.facts.as ?? key;
