/** XDR (RFC 4506): the encoding of libvirt's messages, as types that read and write themselves. */
import { isUtf8 } from "node:buffer";
import { Failure } from "../failure";

/** A place in bytes that are being read; `end` is where the message ends. */
export interface Reader {
  readonly bytes: Buffer;
  at: number;
  readonly end: number;
}

/** Bytes that are being written, and how many there are; `bytes` grows by being replaced. */
export interface Writer {
  bytes: Buffer;
  at: number;
}

/** How a value lies in a message. What is written may be looser than what is read (`undefined` for a default). */
export interface Type<Out, In = Out> {
  readonly read: (from: Reader) => Out;
  readonly write: (to: Writer, value: In) => void;
  /** The same in words: `int`, `string`, `opaque[16]`, `?(uint)` for what may be absent, `(int)<20>` for up to twenty. */
  readonly layout: string;
}

export type OutOf<T> = T extends Type<infer Out, never> ? Out : never;
export type InOf<T> = T extends { readonly write: (to: Writer, value: infer In) => void } ? In : never;

export const reader = (bytes: Buffer, at = 0, end = bytes.length): Reader => ({ bytes, at, end });
export const writer = (size = 512): Writer => ({ bytes: Buffer.allocUnsafe(size), at: 0 });

/** libvirt's own limit for any string. */
const LONGEST_STRING = 4 * 1024 * 1024;

const malformed = (what: string): Failure =>
  new Failure("protocol", `the daemon sent a message that cannot be read: ${what}`);

/** Moves on by `size` bytes and gives where they started. */
function take(from: Reader, size: number): number {
  const { at } = from;
  if (size > from.end - at) throw malformed(`it ends ${size - (from.end - at)} bytes too early`);
  from.at = at + size;
  return at;
}

/** Makes room for `size` more bytes and gives where they start. */
export function room(to: Writer, size: number): number {
  const { at } = to;
  const needed = at + size;
  if (needed > to.bytes.length) {
    const larger = Buffer.allocUnsafe(Math.max(needed, to.bytes.length * 2));
    to.bytes.copy(larger, 0, 0, at);
    to.bytes = larger;
  }
  to.at = needed;
  return at;
}

const padded = (length: number): number => (length + 3) & ~3;

function length(from: Reader, most: number, what: string): number {
  const size = uint.read(from);
  if (size > most) throw malformed(`${what} of length ${size}, where at most ${most} is allowed`);
  return size;
}

export const int: Type<number> = {
  layout: "int",
  read: (from) => from.bytes.readInt32BE(take(from, 4)),
  write: (to, value) => {
    const at = room(to, 4);
    to.bytes.writeInt32BE(value, at);
  },
};

export const uint: Type<number> = {
  layout: "uint",
  read: (from) => from.bytes.readUInt32BE(take(from, 4)),
  write: (to, value) => {
    const at = room(to, 4);
    to.bytes.writeUInt32BE(value, at);
  },
};

/** 64 bits; read as a bigint, written from a bigint or a whole number. */
export const hyper: Type<bigint, bigint | number> = {
  layout: "hyper",
  read: (from) => from.bytes.readBigInt64BE(take(from, 8)),
  write: (to, value) => {
    const at = room(to, 8);
    to.bytes.writeBigInt64BE(BigInt(value), at);
  },
};

/** 64 bits without a sign; read as a bigint, written from a bigint or a whole number. */
export const uhyper: Type<bigint, bigint | number> = {
  layout: "uhyper",
  read: (from) => from.bytes.readBigUInt64BE(take(from, 8)),
  write: (to, value) => {
    const at = room(to, 8);
    to.bytes.writeBigUInt64BE(BigInt(value), at);
  },
};

export const double: Type<number> = {
  layout: "double",
  read: (from) => from.bytes.readDoubleBE(take(from, 8)),
  write: (to, value) => {
    const at = room(to, 8);
    to.bytes.writeDoubleBE(value, at);
  },
};

/** A yes or no, as libvirt writes it: an int. */
export const bool: Type<boolean> = {
  layout: int.layout,
  read: (from) => int.read(from) !== 0,
  write: (to, value) => int.write(to, value ? 1 : 0),
};

/** Text that is meant for people, or names what is there: what is not UTF-8 in it is replaced. */
export const text: Type<string> = {
  layout: "string",
  read: (from) => {
    const size = length(from, LONGEST_STRING, "a string");
    const at = take(from, padded(size));
    return from.bytes.toString("utf8", at, at + size);
  },
  write: (to, value) => {
    const size = Buffer.byteLength(value);
    if (size > LONGEST_STRING) throw new Failure("invalid", `a text of ${size} bytes is longer than libvirt's 4 MiB`);
    uint.write(to, size);
    const at = room(to, padded(size));
    to.bytes.write(value, at, size, "utf8");
    to.bytes.fill(0, at + size, to.at);
  },
};

/** Text that may be sent back: were a part of it replaced, that would be written to the host. */
export const string: Type<string> = {
  layout: text.layout,
  read: (from) => {
    const start = from.at + 4;
    const value = text.read(from);
    if (value.includes(REPLACEMENT) && !isUtf8(from.bytes.subarray(start, from.at)))
      throw malformed("a string is not UTF-8");
    return value;
  },
  write: text.write,
};
const REPLACEMENT = "\ufffd";

/** Bytes that mean nothing to this layer. */
export const opaque = (most: number): Type<Buffer, Uint8Array> => ({
  layout: `opaque<${most}>`,
  read: (from) => {
    const size = length(from, most, "data");
    const at = take(from, padded(size));
    return Buffer.from(from.bytes.subarray(at, at + size));
  },
  write: (to, value) => {
    if (value.length > most) throw new Failure("invalid", `${value.length} bytes where libvirt takes ${most}`);
    uint.write(to, value.length);
    const at = room(to, padded(value.length));
    to.bytes.set(value, at);
    to.bytes.fill(0, at + value.length, to.at);
  },
});

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Sixteen bytes, in JavaScript the usual text with dashes, in lower case. */
export const uuid: Type<string> = {
  layout: "opaque[16]",
  read: (from) => {
    const at = take(from, 16);
    const hex = from.bytes.toString("hex", at, at + 16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  },
  write: (to, value) => {
    if (!UUID.test(value)) throw new Failure("invalid", `"${value}" is not a UUID`);
    const at = room(to, 16);
    to.bytes.write(value.replaceAll("-", ""), at, 16, "hex");
  },
};

/** A C text in an array of `size` chars, each of which takes four bytes. */
export const chars = (size: number): Type<string> => ({
  layout: `char[${size}]`,
  read: (from) => {
    const at = take(from, size * 4);
    return cText(Buffer.from(Array.from({ length: size }, (_, i) => from.bytes.readInt32BE(at + i * 4))));
  },
  write: (to, value) => {
    const bytes = Buffer.from(value).subarray(0, size - 1);
    for (let i = 0; i < size; i++) int.write(to, bytes[i] ?? 0);
  },
});

/** Up to `most` chars, each of which takes four bytes, as bytes. */
export const charData = (most: number): Type<Buffer, Uint8Array> => ({
  layout: `char<${most}>`,
  read: (from) => {
    const size = length(from, most, "data");
    const at = take(from, size * 4);
    return Buffer.from(Uint8Array.from({ length: size }, (_, i) => from.bytes.readInt32BE(at + i * 4)));
  },
  write: (to, value) => {
    if (value.length > most) throw new Failure("invalid", `${value.length} bytes where libvirt takes ${most}`);
    uint.write(to, value.length);
    for (const byte of value) int.write(to, (byte << 24) >> 24); // C's char has a sign.
  },
});

/** A C text of up to `most` chars, each of which takes four bytes. */
export const charList = (most: number): Type<string> => {
  const data = charData(most);
  return {
    layout: data.layout,
    read: (from) => cText(data.read(from)),
    write: (to, value) => data.write(to, Buffer.from(`${value}\0`)),
  };
};

function cText(bytes: Buffer): string {
  const nul = bytes.indexOf(0);
  return bytes.toString("utf8", 0, nul < 0 ? bytes.length : nul);
}

/** What may be absent. */
export const optional = <Out, In>(type: Type<Out, In>): Type<Out | undefined, In | undefined> => ({
  layout: `?(${type.layout})`,
  read: (from) => (length(from, 1, "an optional value") ? type.read(from) : undefined),
  write: (to, value) => {
    uint.write(to, value === undefined ? 0 : 1);
    if (value !== undefined) type.write(to, value);
  },
});

/** What has a value that is meant when none is given. */
export const withDefault = <Out, In>(type: Type<Out, In>, value: NoInfer<In>): Type<Out, In | undefined> => ({
  layout: type.layout,
  read: type.read,
  write: (to, given) => type.write(to, given === undefined ? value : given),
});

export const list = <Out, In>(type: Type<Out, In>, most: number): Type<Out[], readonly In[]> => ({
  layout: `(${type.layout})<${most}>`,
  read: (from) => {
    const size = length(from, most, "a list");
    const values: Out[] = [];
    // Grown one by one: a hostile length must not reserve memory that no bytes stand behind.
    for (let i = 0; i < size; i++) values.push(type.read(from));
    return values;
  },
  write: (to, values) => {
    if (values.length > most) throw new Failure("invalid", `a list of ${values.length}, where libvirt takes ${most}`);
    uint.write(to, values.length);
    for (const value of values) type.write(to, value);
  },
});

export type Fields = Readonly<Record<string, Type<unknown, never>>>;

type Resolve<T> = { [K in keyof T]: T[K] };
type Omissible<F> = { [K in keyof F]: undefined extends InOf<F[K]> ? K : never }[keyof F];
export type Read<F> = Resolve<{ readonly [K in keyof F]: OutOf<F[K]> }>;
/** What has a default or may be absent need not be written. */
export type Written<F> = Resolve<
  { readonly [K in Exclude<keyof F, Omissible<F>>]: InOf<F[K]> } & { readonly [K in Omissible<F>]?: InOf<F[K]> }
>;

/** Fields one after the other. */
export const struct = <F extends Fields>(fields: F): Type<Read<F>, Written<F>> => {
  const entries = Object.entries(fields);
  return {
    layout: entries.map(([, { layout }]) => layout).join(" "),
    read: (from) => {
      const value: Record<string, unknown> = {};
      for (const [name, type] of entries) value[name] = type.read(from);
      return value as Read<F>;
    },
    write: (to, value) => {
      for (const [name, type] of entries) type.write(to, (value as Record<string, never>)[name] as never);
    },
  };
};
