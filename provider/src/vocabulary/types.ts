/** Scalar types: what a text in XML means, how it is written, what of a program's values fits, and what Pulumi calls it. */
import { canonical, type Node, parse } from "../xml";

/** Pulumi's names of types. `map` has strings as values, `asset` is a file or text that the program hands over. */
export type PulumiType = "string" | "integer" | "number" | "boolean" | "map" | "asset";

export interface Type<T> {
  readonly pulumi: PulumiType;
  /** Undefined where the text is not of this type. What does not print back as it was read stays a leftover. */
  readonly parse: (raw: string, at: Node) => T | undefined;
  readonly print: (value: T, at: Node) => string;
  /** What is wrong with a value of the right JavaScript type. */
  readonly fault?: (value: T) => string | undefined;
  /** The words it may be. */
  readonly values?: readonly string[];
  /** Words that people say for one of them. */
  readonly meant?: Readonly<Record<string, string>>;
  /** A second attribute of the same element that belongs to the value: the unit of a size. */
  readonly also?: string;
  /** A text of digits, for which a program may say the number itself: YAML reads `0x1f` as one, also where the engine printed it. */
  readonly numeric?: true;
  /** Two values with one `same` are equal; default: the value itself. */
  readonly same?: (value: T) => string;
  /** The same of the values of a map. */
  readonly sameEntry?: (value: string) => string;
  /** How a person would write the same. */
  readonly pretty?: (value: T) => T;
  /** How libvirt writes the same. */
  readonly normal?: (value: T) => T;
  /** The same in the unit in which libvirt tells it. */
  readonly told?: (value: T) => T;
}

/** What XML 1.0 cannot hold, not even escaped: most control characters and half surrogates. */
const unheld = /[^\P{Cc}\t\n\r\x7f-\x9f]|[\p{Cs}\ufffe\uffff]/u;
const unprintable = (value: string): string | undefined =>
  unheld.test(value) ? "holds a character that XML cannot hold" : undefined;
export const text: Type<string> = {
  pulumi: "string",
  parse: (raw) => raw,
  print: (value) => value,
  fault: unprintable,
};

/** Text of which something must be true; `what` completes "must be …". */
export const textThat = (holds: (value: string) => boolean, what: string): Type<string> => ({
  ...text,
  fault: (value) =>
    unprintable(value) ?? (holds(value) ? undefined : `is ${JSON.stringify(value)}; it must be ${what}`),
});
/** Text of which a pattern is known. */
export const like = (pattern: RegExp, what: string): Type<string> => textThat((value) => pattern.test(value), what);

const numeral = /^(0[xX][0-9a-fA-F]+|-?\d+)$/;
/** The number in these digits; undefined where they are none. */
export const amount = (value: string): bigint | undefined => (numeral.test(value) ? BigInt(value) : undefined);
/** Text that may be a number in digits; where it is one, only its amount counts. */
export const numeric = (type: Type<string>): Type<string> => ({
  ...type,
  numeric: true,
  same: (value) => String(amount(value) ?? value),
});
/** 64-bit and hexadecimal numbers, which a JavaScript number cannot hold. */
export const digits = numeric(like(numeral, "a number in digits (hexadecimal after 0x)"));

const whole = (raw: string): number | undefined => {
  const value = Number(raw);
  return raw.trim() !== "" && Number.isSafeInteger(value) ? value : undefined;
};
/** A whole number between these bounds. */
export const between = (least: number, most: number): Type<number> => ({
  pulumi: "integer",
  parse: whole,
  print: String,
  fault: (value) => {
    if (!Number.isSafeInteger(value)) return `is ${value}; it must be a whole number`;
    if (value < least) return `is ${value}; it must be at least ${least}`;
    return value > most ? `is ${value}; it must be at most ${most}` : undefined;
  },
});
export const int = between(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
/** Zero or more. */
export const natural = between(0, Number.MAX_SAFE_INTEGER);
/** One or more. */
export const positive = between(1, Number.MAX_SAFE_INTEGER);

const flag = (yes: string, no: string): Type<boolean> => ({
  pulumi: "boolean",
  parse: (raw) => (raw === yes ? true : raw === no ? false : undefined),
  print: (value) => (value ? yes : no),
});
export const yesNo = flag("yes", "no");
export const onOff = flag("on", "off");
/** For properties that are not XML. */
export const bool = flag("true", "false");

export const oneOf = <const V extends readonly string[]>(...values: V): Type<V[number]> => ({
  pulumi: "string",
  values,
  parse: (raw) => (values.includes(raw) ? raw : undefined),
  print: (value) => value,
});

/** Words with what people call them elsewhere, in small letters: a fault then names the right one. */
export const called = <V extends string>(type: Type<V>, others: Readonly<Partial<Record<V, string[]>>>): Type<V> => ({
  ...type,
  meant: Object.fromEntries(
    Object.entries<string[]>(others as Record<string, string[]>).flatMap(([word, names]) =>
      names.map((name) => [name, word]),
    ),
  ),
});

const units = "bkmgtpe";
const spelling = /^(\d+)\s*([A-Za-z]*)$/;
/** Libvirt's units: `KiB` and `K` are 1024, `KB` is 1000, `b` and `bytes` are 1; case does not count. */
function factor(unit: string): bigint | undefined {
  const name = unit.toLowerCase();
  if (name === "" || name === "b" || name === "bytes" || name === "byte") return 1n;
  const power = units.indexOf(name.charAt(0));
  if (power < 1 || !["", "b", "ib"].includes(name.slice(1))) return undefined;
  return (name.slice(1) === "b" ? 1000n : 1024n) ** BigInt(power);
}
/** Bytes of `"2GiB"`; undefined where it is no size. Digits alone are bytes. */
export function bytes(value: string): bigint | undefined {
  const [, amount, unit] = spelling.exec(value) ?? [];
  const one = factor(unit ?? "");
  return amount === undefined || one === undefined ? undefined : BigInt(amount) * one;
}
/** The shortest exact spelling in binary units. */
function pretty(value: string): string {
  let amount = bytes(value);
  if (amount === undefined || amount === 0n) return value;
  let power = 0;
  while (amount % 1024n === 0n && power < 6) {
    amount /= 1024n;
    power++;
  }
  return `${amount}${power === 0 ? "" : `${units.charAt(power).toUpperCase()}iB`}`;
}
/** `"2097152KiB"`; in bytes where it is no whole number of units. */
function inUnit(value: string, unit: string): string {
  const [amount, one] = [bytes(value), factor(unit) ?? 1n];
  if (amount === undefined) return value;
  return amount % one === 0n ? `${amount / one}${unit}` : `${amount}bytes`;
}
/** `"2GiB"`. `unit` is what libvirt means where the XML has none; we always write it out. */
export const size = (unit: string, least = 0n): Type<string> => ({
  pulumi: "string",
  also: "unit",
  parse: (raw, at) =>
    /^\d+$/.test(raw) && factor(at.attrs["unit"] ?? unit) ? raw + (at.attrs["unit"] ?? unit) : undefined,
  print: (value, at) => {
    const [, amount, given] = spelling.exec(value) ?? [];
    at.attrs["unit"] = given || "b";
    return amount ?? value;
  },
  same: (value) => String(bytes(value) ?? value),
  pretty,
  told: (value) => inUnit(value, unit),
  fault: (value) => {
    const is = bytes(value);
    if (is === undefined)
      return `is ${JSON.stringify(value)}; it must be a size such as "2GiB" or "500MB" (digits alone are bytes)`;
    return is < least ? `is ${JSON.stringify(value)}; it must be at least ${pretty(String(least))}` : undefined;
  },
});

/** A size in an attribute or element that has no unit of its own: `"16MiB"` is 16384 where libvirt counts KiB. */
export const sizeIn = (unit: string): Type<string> => {
  const one = factor(unit) ?? 1n;
  const { also: _, told: __, ...withoutUnit } = size(unit);
  return {
    ...withoutUnit,
    parse: (raw) => (/^\d+$/.test(raw) ? raw + unit : undefined),
    print: (value) => String((bytes(value) ?? 0n) / one),
    fault: (value) => {
      const is = bytes(value);
      if (is === undefined) return size(unit).fault?.(value);
      return is % one === 0n ? undefined : `is ${JSON.stringify(value)}; libvirt counts this in whole ${unit}`;
    },
  };
};

/** Strings by name, for properties that are not XML. Merged entry by entry. */
export const map: Type<Record<string, string>> = { pulumi: "map", parse: () => undefined, print: () => "" };
/** A file or text of the program's, for properties that are not XML. */
export const asset: Type<object> = { pulumi: "asset", parse: () => undefined, print: () => "" };

/** Whole elements by the URI of their name space, as XML text. */
export const documents: Type<Record<string, string>> = {
  ...map,
  sameEntry: sameDocument,
  fault: (value) => {
    for (const [uri, xml] of Object.entries(value)) {
      const fault = typeof xml === "string" ? documentFault(uri, xml) : undefined; // it may be unknown yet
      if (fault) return fault;
    }
    return undefined;
  },
};
function documentFault(uri: string, xml: string): string | undefined {
  try {
    const { name } = parse(xml, "invalid");
    return name.startsWith(`{${uri}}`) ? undefined : `has at ${uri} an element that is not in this name space`;
  } catch (error) {
    return `has at ${uri} no XML element: ${error instanceof Error ? error.message : String(error)}`;
  }
}
/** Equal documents have one. */
function sameDocument(xml: string): string {
  try {
    return canonical(parse(xml));
  } catch {
    return xml;
  }
}
