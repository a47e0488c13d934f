/** What is wrong with a value: every fault at once, each on its own property. */

import { nearest } from "../nearest";
import { unknown } from "../unknown";
import { type Element, elementOf, type Field, type Shape, typeOf } from "./element";
import { doubles } from "./once";
import { type Bag, isBag } from "./plan";
import { type Entry, requiredOf, shortsOf } from "./shapes";
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
/** One walk through a value: most values have no fault, so that nothing is made for where it has been. */
interface Walk {
  readonly host: Dialect | undefined;
  /** Where it is. */
  readonly at: (string | number)[];
  readonly faults: Fault[];
}
const blame = ({ faults, at }: Walk, reason: string, ...below: (string | number)[]): void =>
  void faults.push({ path: [...at, ...below], reason });

/** All faults of a program's value, in short or long form. What is `unknown` passes. */
export function check(element: Element<Shape>, value: unknown, host?: Dialect): Fault[] {
  const walk: Walk = { host, at: [], faults: [] };
  if (isBag(value)) checkElement(walk, element, value, undefined);
  else if (value !== unknown) blame(walk, `must be an object: ${element.doc}`);
  return [...walk.faults, ...doubles(element, value)];
}

/** `around` is the value of the nearest discriminator, where it is known. */
function checkElement(walk: Walk, element: Element<Shape>, value: Bag, around: string | undefined): void {
  const shorts = shortsOf(element.shape).filter(([key]) => value[key] !== undefined);
  const variant = variantOf(element, value, shorts[0]?.[1], around);
  for (const key of Object.keys(value)) {
    const said = value[key];
    if (said === undefined || said === null) continue;
    walk.at.push(key);
    checkProperty(walk, element, key, said, variant);
    walk.at.pop();
  }
  for (const [key, { facts, doc }] of requiredOf(element.shape))
    if ((value[key] === undefined || value[key] === null) && applies(facts.when, variant))
      blame(walk, `is required: ${doc}`, key);
  if (shorts.length > 0) clashes(walk, value, shorts);
  const { rule } = element.facts;
  if (rule) for (const { path, reason } of rule(withoutNulls(value))) blame(walk, reason, ...path);
}

/** A null says nothing. */
const withoutNulls = (value: Bag): Bag => (holdsNull(value) ? (stripped(value) as Bag) : value);
const holdsNull = (value: unknown): boolean =>
  value === null || (typeof value === "object" && Object.values(value).some(holdsNull));
function stripped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripped);
  if (!isBag(value)) return value;
  const said = Object.entries(value).filter(([, v]) => v !== null);
  return Object.fromEntries(said.map(([key, v]) => [key, stripped(v)]));
}

function variantOf(
  element: Element<Shape>,
  value: Bag,
  short: Field<unknown> | undefined,
  around: string | undefined,
): string | undefined {
  const { by } = element.facts;
  if (by === undefined) return around;
  if (short && "is" in short.place) return short.place.is;
  const said = value[by];
  return typeof said === "string" ? said : undefined;
}

function checkProperty(
  walk: Walk,
  element: Element<Shape>,
  key: string,
  value: unknown,
  variant: string | undefined,
): void {
  const field = element.shape[key];
  const absent = field ? absence(field, value, variant, walk.host) : stranger(element, key);
  if (absent !== undefined) blame(walk, absent);
  else if (!field || value === unknown) return;
  else if (field.table) checkTable(walk, field, value, variant);
  else if (!field.many) checkOne(walk, field, value, variant);
  else if (!Array.isArray(value)) blame(walk, "must be a list");
  else
    for (const [i, item] of value.entries()) {
      walk.at.push(i);
      checkOne(walk, field, item, variant);
      walk.at.pop();
    }
}
function stranger({ name, shape }: Element<Shape>, key: string): string {
  const near = nearest(key, Object.keys(shape));
  return `is not a property of ${name}${near ? `; did you mean ${near}?` : ""}`;
}
/** Why the property does not exist here, if it does not. */
function absence(
  { facts }: Field<unknown>,
  value: unknown,
  variant: string | undefined,
  host: Dialect | undefined,
): string | undefined {
  const { when, only, since, wordsSince, reported } = facts;
  if (reported) return "is what libvirt reports; a program cannot set it";
  if (when && variant !== undefined && !when.includes(variant))
    return `exists only for ${when.join(", ")}, and this is ${variant}`;
  if (!host) return undefined;
  if (only && !only.includes(host.driver)) return `exists only with ${only.join(", ")}; the host runs ${host.driver}`;
  if (host.version && since && older(host.version, since))
    return `needs libvirt ${since}; the host has ${host.version}`;
  const brought = typeof value === "string" ? wordsSince?.[value] : undefined;
  return host.version && brought && older(host.version, brought)
    ? `is ${JSON.stringify(value)}, which needs libvirt ${brought}; the host has ${host.version}`
    : undefined;
}

function checkTable(walk: Walk, field: Field<unknown>, value: unknown, variant: string | undefined): void {
  if (!isBag(value)) blame(walk, "must be an object: names and what they stand for");
  else
    for (const [name, held] of Object.entries(value)) {
      walk.at.push(name);
      checkOne(walk, field, held, variant);
      walk.at.pop();
    }
}

function checkOne(walk: Walk, field: Field<unknown>, value: unknown, variant: string | undefined): void {
  if (value === unknown) return;
  const of = elementOf(field);
  if (!of) {
    const reason = scalarFault(typeOf(field), value);
    if (reason) blame(walk, reason);
  } else if (isBag(value)) checkElement(walk, of, value, variant);
  else blame(walk, `must be an object: ${of.doc}`);
}
function scalarFault(type: Type<unknown> | undefined, value: unknown): string | undefined {
  const kind = type?.pulumi ?? "boolean";
  if (type?.numeric && Number.isSafeInteger(value)) return type.fault?.(String(value));
  if (!is[kind](value)) return `must be ${article[kind]}`;
  return type && (wordFault(type, value) ?? type.fault?.(value));
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

const applies = (when: readonly string[] | undefined, variant: string | undefined): boolean =>
  !when || (variant !== undefined && when.includes(variant));

/** Short forms say `type` and a part of the long form, so neither may be said twice. */
function clashes(walk: Walk, value: Bag, [chosen, ...others]: readonly Entry[]): void {
  if (!chosen) return;
  const [first, { place }] = chosen;
  for (const [key] of others) blame(walk, `excludes ${first}: say one of them`, key);
  if (!("is" in place)) return;
  const type = value["type"];
  if (type !== undefined && type !== unknown && type !== place.is)
    blame(walk, `is ${String(type)}, but ${first} means ${place.is}: say one of them`, "type");
  for (const [holder, property] of place.at === "short" ? place.to : [[place.into, undefined] as const]) {
    const held = value[holder];
    const said = isBag(held) && (property === undefined ? Object.keys(held).length > 0 : held[property] !== undefined);
    if (said) blame(walk, `says the same as ${first}: say one of them`, holder, ...(property ? [property] : []));
  }
}

function older(a: string, b: string): boolean {
  const [x, y] = [a, b].map((version) =>
    version.split(".").reduce((sum, part, i) => sum + Number(part) / 1000 ** i, 0),
  );
  return (x ?? 0) < (y ?? 0);
}
