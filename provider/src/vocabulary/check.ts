/** What is wrong with a value: every fault at once, each on its own property. */

import { nearest } from "../nearest";
import { unknown } from "../unknown";
import { type Element, elementOf, type Field, type Shape, typeOf } from "./element";
import { doubles } from "./once";
import { type Bag, isBag } from "./plan";
import { requiredOf, shortsOf } from "./shapes";
import type { PulumiType, Type } from "./types";

export interface Fault {
  readonly path: (string | number)[];
  readonly reason: string;
}
/** The host for which to check: what its libvirt has. */
export interface Dialect {
  /** Such as `qemu`. */
  readonly driver: string;
  /** Such as `9.0.0`; undefined where nobody has asked it yet. */
  readonly version?: string;
}
interface Around {
  /** The value of the nearest discriminator, where it is known. */
  readonly variant: string | undefined;
  readonly host: Dialect | undefined;
}
type Path = Fault["path"];
const fault = (path: Path, reason: string): Fault[] => [{ path, reason }];

/** All faults of a program's value, in short or long form. What is `unknown` passes. */
export const check = (element: Element<Shape>, value: unknown, host?: Dialect): Fault[] => [
  ...checkElement(element, value, [], { variant: undefined, host }),
  ...doubles(element, value),
];

function checkElement(element: Element<Shape>, value: unknown, path: Path, around: Around): Fault[] {
  if (value === unknown) return [];
  if (!isBag(value)) return fault(path, `must be an object: ${element.doc}`);
  const shorts = shortsOf(element.shape).flatMap(([key]) => (value[key] === undefined ? [] : [key]));
  const here = { ...around, variant: variantOf(element, value, shorts[0], around) };
  const given = Object.entries(value).filter(([, v]) => v !== undefined && v !== null);
  const properties = given.flatMap(([key, v]) => checkProperty(element, key, v, [...path, key], here));
  const rules = (element.facts.rule?.(withoutNulls(value) as Bag) ?? []).map((f) => ({
    ...f,
    path: [...path, ...f.path],
  }));
  return [...properties, ...missing(element, value, path, here), ...clashes(element, value, shorts, path), ...rules];
}

/** A null says nothing. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isBag(value)) return value;
  const said = Object.entries(value).filter(([, v]) => v !== null);
  return Object.fromEntries(said.map(([key, v]) => [key, withoutNulls(v)]));
}

function variantOf(element: Element<Shape>, value: Bag, short: string | undefined, around: Around): string | undefined {
  const { by } = element.facts;
  if (by === undefined) return around.variant;
  const place = short === undefined ? undefined : element.shape[short]?.place;
  if (place && "is" in place) return place.is;
  const said = value[by];
  return typeof said === "string" ? said : undefined;
}

function checkProperty(element: Element<Shape>, key: string, value: unknown, path: Path, around: Around): Fault[] {
  const field = element.shape[key];
  if (!field) {
    const near = nearest(key, Object.keys(element.shape));
    return fault(path, `is not a property of ${element.name}${near ? `; did you mean ${near}?` : ""}`);
  }
  const { when, only, since, wordsSince, reported } = field.facts;
  if (reported) return fault(path, "is what libvirt reports; a program cannot set it");
  const { variant, host } = around;
  if (when && variant !== undefined && !when.includes(variant))
    return fault(path, `exists only for ${when.join(", ")}, and this is ${variant}`);
  if (host && only && !only.includes(host.driver))
    return fault(path, `exists only with ${only.join(", ")}; the host runs ${host.driver}`);
  if (host?.version && since && older(host.version, since))
    return fault(path, `needs libvirt ${since}; the host has ${host.version}`);
  const brought = typeof value === "string" ? wordsSince?.[value] : undefined;
  if (host?.version && brought && older(host.version, brought))
    return fault(path, `is ${JSON.stringify(value)}, which needs libvirt ${brought}; the host has ${host.version}`);
  if (value === unknown) return [];
  if (field.table) return checkTable(field, value, path, around);
  if (!field.many) return checkOne(field, value, path, around);
  if (!Array.isArray(value)) return fault(path, "must be a list");
  return value.flatMap((item, i) => checkOne(field, item, [...path, i], around));
}

const checkTable = (field: Field<unknown>, value: unknown, path: Path, around: Around): Fault[] =>
  isBag(value)
    ? Object.entries(value).flatMap(([name, v]) => checkOne(field, v, [...path, name], around))
    : fault(path, "must be an object: names and what they stand for");

function checkOne(field: Field<unknown>, value: unknown, path: Path, around: Around): Fault[] {
  if (value === unknown) return [];
  const of = elementOf(field);
  if (of) return checkElement(of, value, path, around);
  const type = typeOf(field);
  if (!is[type?.pulumi ?? "boolean"](value)) return fault(path, `must be ${article[type?.pulumi ?? "boolean"]}`);
  const reason = type && (wordFault(type, value) ?? type.fault?.(value));
  return reason ? fault(path, reason) : [];
}
const isMap = (value: unknown): boolean =>
  isBag(value) && Object.values(value).every((v) => typeof v === "string" || v === unknown);
const is: Record<PulumiType, (value: unknown) => boolean> = {
  string: (value) => typeof value === "string",
  integer: (value) => typeof value === "number",
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  map: isMap,
  asset: (value) => typeof value === "object" && value !== null,
};
const article: Record<PulumiType, string> = {
  string: "a string",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  map: "an object with strings as values",
  asset: "an asset (a file or text)",
};
function wordFault({ values, meant }: Type<unknown>, value: unknown): string | undefined {
  if (!values || typeof value !== "string" || values.includes(value)) return undefined;
  const near = meant?.[value.toLowerCase()] ?? nearest(value, values);
  return `is ${JSON.stringify(value)}; it may be ${values.join(", ")}${near ? `; did you mean ${near}?` : ""}`;
}

const missing = (element: Element<Shape>, value: Bag, path: Path, { variant }: Around): Fault[] =>
  requiredOf(element.shape)
    .filter(([key, { facts }]) => (value[key] === undefined || value[key] === null) && applies(facts.when, variant))
    .map(([key]) => ({ path: [...path, key], reason: `is required: ${element.shape[key]?.doc ?? ""}` }));
const applies = (when: readonly string[] | undefined, variant: string | undefined): boolean =>
  !when || (variant !== undefined && when.includes(variant));

/** Short forms say `type` and a part of the long form, so neither may be said twice. */
function clashes(element: Element<Shape>, value: Bag, shorts: readonly string[], path: Path): Fault[] {
  const [first, ...others] = shorts;
  if (first === undefined) return [];
  const doubles = others.map((key) => ({ path: [...path, key], reason: `excludes ${first}: say one of them` }));
  const place = element.shape[first]?.place;
  if (!place || !("is" in place)) return doubles;
  const type = value["type"];
  if (type !== undefined && type !== unknown && type !== place.is)
    doubles.push({
      path: [...path, "type"],
      reason: `is ${String(type)}, but ${first} means ${place.is}: say one of them`,
    });
  for (const [holder, property] of place.at === "short" ? place.to : [[place.into, undefined] as const]) {
    const held = value[holder];
    const said = isBag(held) && (property === undefined ? Object.keys(held).length > 0 : held[property] !== undefined);
    if (said)
      doubles.push({
        path: [...path, holder, ...(property ? [property] : [])],
        reason: `says the same as ${first}: say one of them`,
      });
  }
  return doubles;
}

function older(a: string, b: string): boolean {
  const [x, y] = [a, b].map((version) =>
    version.split(".").reduce((sum, part, i) => sum + Number(part) / 1000 ** i, 0),
  );
  return (x ?? 0) < (y ?? 0);
}
