/** Generators of values and documents from a declaration, for property tests; never part of the provider. */
import fc from "fast-check";
import { type Node, node } from "../xml";
import type { Fault } from "./check";
import { type Element, elementOf, type Field, isShort, type Shape, typeOf, type Value } from "./element";
import { doubles } from "./once";
import type { Type } from "./types";

/** No name space may have a prefix that begins with `xml`: https://www.w3.org/TR/xml-names/#xmlReserved. */
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/).filter((text) => !text.startsWith("xml"));
const phrase = fc.oneof(
  word,
  fc.constantFrom("é&<>\"'", "line\nbreak", "😀", "tab\tstop", "]]>", " in spaces ", "0", "C:\\x"),
);
const sizes = fc
  .tuple(fc.integer({ min: 1, max: 4096 }), fc.constantFrom("KiB", "MiB", "GiB"))
  .map(([n, unit]) => `${n}${unit}`);
const samples = [
  "7",
  "0x1f",
  "52:54:00:00:00:01",
  "21000024ff30fb41",
  "4dea22b3-1d52-d8f3-2516-782e98ab3fa0",
  "plain",
  "0.0.0.0",
  "10.0.0.7",
  "10.0.0.9",
  "255.255.255.0",
  "$IP",
  "1",
  "root",
  "NEW,RELATED",
  "SYN/SYN",
  "src,dst",
];

/** A value that fits a scalar type. */
function scalar(type: Type<unknown>): fc.Arbitrary<unknown> {
  if (type.values) return fc.constantFrom(...type.values);
  if (type.pulumi === "boolean") return fc.boolean();
  if (type.pulumi === "integer")
    return fc.integer({ min: 1, max: 60000 }).map((n) => [n, n % 4096, n % 128].find((x) => !type.fault?.(x)) ?? n);
  if (type.pulumi === "number") return fc.double({ noNaN: true, noDefaultInfinity: true });
  if (type.pulumi === "map") return documents;
  if (type.pulumi === "asset") return fc.constant({});
  if (type.pretty) return sizes.map((s) => (type.fault?.(s) ? "64KiB" : s));
  const fits = (sample: string): boolean => !type.fault?.(sample);
  return fc
    .tuple(fc.oneof(phrase, fc.constantFrom(...samples)), fc.constantFrom(...samples.filter(fits)))
    .map(([any, fitting]) => (fits(any) ? any : fitting));
}
const documents = fc
  .uniqueArray(word, { maxLength: 2 })
  .map((names) => Object.fromEntries(names.map((n) => [`urn:${n}`, `<${n}:a xmlns:${n}='urn:${n}' b='1'>t</${n}:a>`])));

/** Valid values in long form; few words, so that two values share items. */
export function values<S extends Shape>(element: Element<S>): fc.Arbitrary<Value<S>> {
  return object(element, undefined, 0) as fc.Arbitrary<Value<S>>;
}
function object(element: Element<Shape>, outer: string | undefined, depth: number): fc.Arbitrary<object> {
  const by = element.facts.by;
  const words = by === undefined ? [] : (typeOf(element.shape[by] as Field<unknown>)?.values ?? []);
  const variants = by === undefined ? fc.constant(outer) : fc.constantFrom(...words);
  return variants.chain((variant) => objectOf(element, variant, depth));
}

/** Built once for each place in the tree: to build costs more than to draw. */
const built = new WeakMap<Element<Shape>, Map<string, fc.Arbitrary<object>>>();
function objectOf(element: Element<Shape>, variant: string | undefined, depth: number): fc.Arbitrary<object> {
  const all = built.get(element) ?? new Map<string, fc.Arbitrary<object>>();
  built.set(element, all);
  const key = `${depth} ${variant ?? ""}`;
  const one = all.get(key) ?? build(element, variant, depth);
  all.set(key, one);
  return one;
}
function build(element: Element<Shape>, variant: string | undefined, depth: number): fc.Arbitrary<object> {
  const by = element.facts.by;
  const properties = Object.entries(element.shape).filter(
    ([, f]) =>
      !isShort(f) && !f.facts.reported && (!f.facts.when || (variant !== undefined && f.facts.when.includes(variant))),
  );
  const shape = properties.flatMap(([key, f]) => {
    if (key === by) return [[key, fc.constant(variant)] as const];
    const of = elementOf(f);
    if (of && depth > 4) return [];
    const one = (): fc.Arbitrary<unknown> => (of ? object(of, variant, depth + 1) : single(f));
    const all = f.many ? fc.array(one(), { minLength: 1, maxLength: 3 }).map((items) => distinct(f, items)) : one();
    const wanted = f.facts.required ? all : fc.option(all, { nil: undefined, freq: depth === 0 ? 3 : 2 });
    return [[key, wanted] as const];
  });
  const all = fc.record(Object.fromEntries(shape)).map((value) => tidied(element, defined(value)));
  const { rule } = element.facts;
  return rule ? all.filter((value) => rule(value as Record<string, unknown>).length === 0) : all;
}
/** Without the items of lists that the check would refuse for others: to draw all of it again costs more. */
function tidied(element: Element<Shape>, value: object): object {
  for (;;) {
    const faults = [...doubles(element, value), ...(element.facts.rule?.(value as Record<string, unknown>) ?? [])];
    const path = faults.map((fault) => fault.path).find((steps) => steps.some((step) => typeof step === "number"));
    if (!path) return lessened(element, value, faults);
    const end = path.findLastIndex((step) => typeof step === "number");
    const list = path.slice(0, end).reduce<unknown>((at, step) => Reflect.get(at as object, step), value);
    (list as unknown[]).splice(Number(path[end]), 1);
  }
}
/** Without those of its properties that it need not have and must not have beside the others. */
function lessened({ shape }: Element<Shape>, value: object, faults: readonly Fault[]): object {
  const refused = faults.flatMap(({ path: [key = "", ...below] }) => (below.length === 0 ? [key] : []));
  return Object.fromEntries(
    Object.entries(value).filter(([key]) => shape[key]?.facts.required || !refused.includes(key)),
  );
}
/** No two items of one key: those would be the same thing twice. */
function distinct(f: Field<unknown>, items: unknown[]): unknown[] {
  const taken = new Set<string>();
  const keys = (f.many?.keys ?? []) as readonly ((item: unknown) => unknown)[];
  return items.filter((item) => {
    const own = keys.flatMap((key, n) => (key(item) === undefined ? [] : [`${n} ${String(key(item))}`]));
    if (own.some((key) => taken.has(key))) return false;
    for (const key of own) taken.add(key);
    return true;
  });
}
const single = (f: Field<unknown>): fc.Arbitrary<unknown> => {
  const type = typeOf(f);
  return type ? scalar(type) : fc.constant(true);
};
function defined(value: object): object {
  const out: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) if (inner !== undefined) out[key] = inner;
  return out;
}

/** Documents of a model and of what no model knows: other attributes, elements, words, name spaces, doubled elements, odd texts. */
export function trees(written: fc.Arbitrary<Node>): fc.Arbitrary<Node> {
  return fc
    .tuple(written, fc.array(fc.tuple(fc.nat(), stranger), { minLength: 1, maxLength: 8 }))
    .map(([tree, odd]) => {
      const copy = structuredClone(tree);
      for (const [where, [kind, name, text]] of odd) {
        const all = flat(copy);
        const at = all[where % all.length] ?? copy;
        mutate(at, kind, name, text);
      }
      return copy;
    });
}
const stranger = fc.tuple(
  fc.constantFrom("attr", "element", "word", "space", "double", "text", "drop"),
  fc.constantFrom("colour", "type", "unit", "name", "source", "alias", "devices", "target"),
  phrase,
);
const flat = (n: Node): Node[] => [n, ...n.children.flatMap(flat)];
function mutate(at: Node, kind: string, name: string, text: string): void {
  const [attribute] = Object.keys(at.attrs);
  if (kind === "attr") at.attrs[name] = text;
  else if (kind === "element") at.children.push(node(name, { level: text }));
  else if (kind === "space") at.children.push(node(`{urn:odd}${name}`, { "{urn:odd}a": text }, [], text));
  else if (kind === "word" && attribute !== undefined) at.attrs[attribute] = text;
  else if (kind === "double" && at.children[0]) at.children.push(structuredClone(at.children[0]));
  else if (kind === "text" && at.children.length === 0)
    at.text = /^\d+$/.test(text) ? `${text} odd` : text; // a size without a unit gets one
  else if (kind === "drop") at.children.pop();
  if (at.children.length > 0) at.text = at.text.trim();
}
