/** From the declarations to the types and properties of Pulumi's schema. */
import { type Element, type Facts, type Field, type Shape, typeName } from "../../provider/src/vocabulary";

export interface PropertySpec {
  type?: "string" | "integer" | "number" | "boolean" | "array" | "object";
  $ref?: string;
  items?: PropertySpec;
  additionalProperties?: PropertySpec;
  description?: string;
  secret?: true;
  willReplaceOnChanges?: true;
}
export interface ObjectSpec {
  description: string;
  type: "object";
  properties: Record<string, PropertySpec>;
  required?: string[];
}

/** All object types that were met, by token. */
export interface Types {
  /** The properties of an element, as of a resource or function; types of their parts are added. */
  object(of: Element<Shape>): ObjectSpec;
  all(): Record<string, ObjectSpec>;
}

export const token = (name: string): string => `kvm:index:${name}`;

/** What the languages' generators add to a resource's name for types of their own. */
const suffixes = ["", "State", "Args", "InitArgs", "Type"];
/** `taken` are names of resources, which no type may have, nor what a generator makes of them: in Go all are one name space. */
export function types(taken: readonly string[]): Types {
  const met = new Map<string, { of: Element<Shape>; spec?: ObjectSpec }>();

  function reference(of: Element<Shape>, from: string): PropertySpec {
    const name = typeName(of);
    const shadowed = taken.find((resource) => suffixes.some((suffix) => name === `${resource}${suffix}`));
    if (shadowed !== undefined)
      throw new Error(
        `${from}: a type cannot be called ${name}, as a resource is, or what is made of ${shadowed}; say \`named\``,
      );
    const known = met.get(name);
    if (known && known.of.shape !== of.shape)
      throw new Error(`${from}: two different elements are called ${name}; say \`named\``);
    if (!known) {
      const entry: { of: Element<Shape>; spec?: ObjectSpec } = { of };
      met.set(name, entry);
      entry.spec = object(of);
    }
    return { $ref: `#/types/${token(name)}` };
  }

  function object(of: Element<Shape>): ObjectSpec {
    const shown = Object.entries(of.shape).filter(([, { facts }]) => !facts.reported);
    // What only one kind must have, the schema cannot say; Check does.
    const required = shown.flatMap(([key, { facts }]) => (facts.required && !facts.when ? [key] : []));
    return {
      description: of.doc,
      type: "object",
      properties: Object.fromEntries(shown.map(([key, field]) => [key, property(field, `${typeName(of)}.${key}`)])),
      ...(required.length > 0 && { required }),
    };
  }

  function property(field: Field<unknown>, path: string): PropertySpec {
    const one = single(field, path);
    const shape = field.table
      ? { type: "object" as const, additionalProperties: one }
      : field.many
        ? { type: "array" as const, items: one }
        : one;
    return {
      ...shape,
      description: describe(field),
      ...(field.facts.secret && { secret: true as const }),
      ...(field.facts.lands === "replace" && { willReplaceOnChanges: true as const }),
    };
  }

  function single({ place }: Field<unknown>, path: string): PropertySpec {
    if ("of" in place) return reference(place.of(), path);
    if (place.at === "mark" || place.at === "here") return { type: "boolean" };
    const { pulumi } = place.type;
    if (pulumi === "map") return { type: "object", additionalProperties: { type: "string" } };
    if (pulumi === "asset") return { $ref: "pulumi.json#/Asset" };
    return { type: pulumi };
  }

  return {
    object,
    all: () =>
      Object.fromEntries(
        [...met]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .flatMap(([name, { spec }]) => (spec ? [[token(name), spec]] : [])),
      ),
  };
}

/**
 * A property's text with what is known of it. Words are text here and no enum types: those would multiply what every Go user compiles,
 * and refuse a word that a newer libvirt brings before the provider could say so better.
 */
export function describe({ doc, facts, place }: Field<unknown>): string {
  const words = "type" in place ? place.type.values : undefined;
  return [doc, words && `One of ${listed(words)}.`, ...notes(facts)].filter(Boolean).join(" ");
}

function notes({ when, only, since, wordsSince }: Facts): (string | undefined)[] {
  return [
    when && `For ${listed(when)}.`,
    only && `With the driver ${listed(only)}.`,
    since && `Since libvirt ${since}.`,
    ...Object.entries(wordsSince ?? {}).map(([word, version]) => `\`${word}\` since libvirt ${version}.`),
  ];
}

const listed = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(", ");
