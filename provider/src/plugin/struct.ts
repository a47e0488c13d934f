/** google.protobuf.Struct, straight from bytes and to bytes: the library makes four objects of each text, and a state has thousands. */
import type { BinaryWriter } from "google-protobuf";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Failure } from "../failure";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A Struct that stays the bytes that it is: read by `readStruct`, made by `writeStruct`, written by any message that holds it. */
export class Bytes extends Struct {
  constructor(readonly bytes: Uint8Array) {
    super();
  }
  override getFieldsMap(): ReturnType<Struct["getFieldsMap"]> {
    const { bytes } = this;
    // All that a message asks of it when it is written.
    const written = {
      getLength: () => bytes.length,
      serializeBinary: (_field: number, writer: BinaryWriter) => writer.writeSerializedMessage(bytes, 0, bytes.length),
    };
    return written as unknown as ReturnType<Struct["getFieldsMap"]>;
  }
}
export const bytesOf = (struct: Struct): Uint8Array =>
  struct instanceof Bytes ? struct.bytes : struct.serializeBinary();

/** Kinds of fields on the wire. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;
/** The kinds of a google.protobuf.Value, by the numbers of their fields. */
const kind = { null: 1, number: 2, string: 3, boolean: 4, struct: 5, list: 6 } as const;
const tag = (field: number, wire: number): number => (field << 3) | wire;

/** A message's bytes, field by field. */
export class Reader {
  readonly #buffer: Buffer;
  constructor(
    bytes: Uint8Array,
    private at = 0,
    private end = bytes.length,
  ) {
    this.#buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  get done(): boolean {
    return this.at >= this.end;
  }
  get position(): number {
    return this.at;
  }
  varint(): number {
    const first = this.at < this.end ? (this.#buffer[this.at] ?? 0) : 128;
    if (first < 128) {
      this.at++;
      return first;
    }
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.at < this.end ? this.#buffer[this.at++] : undefined;
      if (byte === undefined || factor > 2 ** 63) throw broken();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }
  /** Ends with the next field's bytes, until the caller has read them and says `leave` with what this returns. */
  enter(): number {
    const outer = this.end;
    const length = this.varint();
    if (this.at + length > outer) throw broken();
    this.end = this.at + length;
    return outer;
  }
  leave(outer: number): void {
    this.end = outer;
  }
  /** A text that comes again and again. */
  name(): string {
    const from = this.take(this.varint());
    return nameIn(this.#buffer, from, this.at);
  }
  text(): string {
    const from = this.take(this.varint());
    return this.#buffer.toString("utf8", from, this.at);
  }
  double(): number {
    return this.#buffer.readDoubleLE(this.take(8));
  }
  skip(wire: number): void {
    if (wire === VARINT) this.varint();
    else if (wire === FIXED64) this.take(8);
    else if (wire === LENGTH) this.take(this.varint());
    else if (wire === FIXED32) this.take(4);
    else throw broken();
  }
  private take(count: number): number {
    const from = this.at;
    if (from + count > this.end) throw broken();
    this.at = from + count;
    return from;
  }
}
const broken = (): Failure => new Failure("protocol", "the engine sent properties that cannot be read");

/** Properties' names that were read, each in the place that its bytes give: making a text anew takes longer than all else here. */
const names: (string | undefined)[] = new Array(1024).fill(undefined);
const longestName = 32;

function nameIn(buffer: Buffer, from: number, end: number): string {
  const length = end - from;
  if (length > longestName) return buffer.toString("utf8", from, end);
  let place = length;
  for (let i = from; i < end; i++) place = (place * 31 + (buffer[i] ?? 0)) % names.length;
  const known = names[place];
  if (known !== undefined && isSpelled(known, buffer, from, length)) return known;
  const name = buffer.toString("utf8", from, end);
  // One byte a character: only of those can it be seen without reading the text.
  if (name.length === length) names[place] = name;
  return name;
}
function isSpelled(name: string, buffer: Buffer, from: number, length: number): boolean {
  if (name.length !== length) return false;
  for (let i = 0; i < length; i++) if (name.charCodeAt(i) !== buffer[from + i]) return false;
  return true;
}

export const readStruct = (bytes: Uint8Array): { [key: string]: Json } => structIn(new Reader(bytes));

function structIn(reader: Reader): { [key: string]: Json } {
  const out: { [key: string]: Json } = {};
  while (!reader.done) {
    const field = reader.varint();
    if (field !== tag(1, LENGTH)) reader.skip(field & 7);
    else entryIn(reader, out);
  }
  return out;
}
function entryIn(reader: Reader, into: { [key: string]: Json }): void {
  const outer = reader.enter();
  let [key, value]: [string, Json] = ["", null];
  while (!reader.done) {
    const field = reader.varint();
    if (field === tag(1, LENGTH)) key = reader.name();
    else if (field === tag(2, LENGTH)) value = valueIn(reader);
    else reader.skip(field & 7);
  }
  reader.leave(outer);
  put(into, key, value);
}
/** `__proto__` is a property like any other. */
export function put(into: object, key: string, value: unknown): void {
  if (key !== "__proto__") (into as Record<string, unknown>)[key] = value;
  else Object.defineProperty(into, key, { value, enumerable: true, writable: true, configurable: true });
}
function valueIn(reader: Reader): Json {
  const outer = reader.enter();
  let value: Json = null;
  while (!reader.done) {
    const field = reader.varint();
    if (field === tag(kind.string, LENGTH)) value = reader.text();
    else if (field === tag(kind.number, FIXED64)) value = reader.double();
    else if (field === tag(kind.boolean, VARINT)) value = reader.varint() !== 0;
    else if (field === tag(kind.struct, LENGTH)) value = within(reader, structIn);
    else if (field === tag(kind.list, LENGTH)) value = within(reader, listIn);
    else reader.skip(field & 7);
  }
  reader.leave(outer);
  return value;
}
function within(reader: Reader, read: (reader: Reader) => Json): Json {
  const outer = reader.enter();
  const value = read(reader);
  reader.leave(outer);
  return value;
}
function listIn(reader: Reader): Json[] {
  const items: Json[] = [];
  while (!reader.done) {
    const field = reader.varint();
    if (field === tag(1, LENGTH)) items.push(valueIn(reader));
    else reader.skip(field & 7);
  }
  return items;
}

export const writeStruct = (fields: { readonly [key: string]: Json }): Bytes => {
  const writer = new Writer();
  writer.struct(fields);
  return new Bytes(writer.bytes());
};

/** Fields one after the other; what holds others gets its length when it is known. */
class Writer {
  #buffer = Buffer.allocUnsafe(4096);
  #at = 0;

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }
  struct(fields: { readonly [key: string]: Json }): void {
    for (const key of Object.keys(fields))
      this.#held(tag(1, LENGTH), () => {
        this.#text(tag(1, LENGTH), key);
        this.#held(tag(2, LENGTH), () => this.#value(fields[key] ?? null));
      });
  }
  #value(value: Json): void {
    if (typeof value === "string") this.#text(tag(kind.string, LENGTH), value);
    else if (typeof value === "boolean") this.#bytes(tag(kind.boolean, VARINT), value ? 1 : 0);
    else if (value === null) this.#bytes(tag(kind.null, VARINT), 0);
    else if (typeof value === "number") {
      this.#room(9);
      this.#buffer[this.#at++] = tag(kind.number, FIXED64);
      this.#at = this.#buffer.writeDoubleLE(value, this.#at);
    } else if (Array.isArray(value))
      this.#held(tag(kind.list, LENGTH), () => {
        for (const item of value) this.#held(tag(1, LENGTH), () => this.#value(item));
      });
    else this.#held(tag(kind.struct, LENGTH), () => this.struct(value));
  }
  #text(field: number, text: string): void {
    const length = Buffer.byteLength(text);
    this.#room(length + 6);
    this.#buffer[this.#at++] = field;
    this.#at = varint(this.#buffer, length, this.#at);
    this.#at += this.#buffer.write(text, this.#at);
  }
  /** What `fill` writes, behind its length: one byte is kept for that, and what is longer moves. */
  #held(field: number, fill: () => void): void {
    this.#bytes(field, 0);
    const from = this.#at;
    fill();
    const length = this.#at - from;
    const more = sizeOf(length) - 1;
    this.#room(more);
    if (more > 0) this.#buffer.copyWithin(from + more, from, this.#at);
    varint(this.#buffer, length, from - 1);
    this.#at += more;
  }
  #bytes(one: number, two: number): void {
    this.#room(2);
    this.#buffer[this.#at++] = one;
    this.#buffer[this.#at++] = two;
  }
  #room(count: number): void {
    if (this.#at + count <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe((this.#at + count) * 2);
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}
const sizeOf = (length: number): number =>
  length < 128 ? 1 : length < 16_384 ? 2 : length < 2_097_152 ? 3 : length < 268_435_456 ? 4 : 5;
function varint(into: Buffer, value: number, at: number): number {
  let [left, to] = [value, at];
  while (left >= 128) {
    into[to++] = (left % 128) | 128;
    left = Math.floor(left / 128);
  }
  into[to++] = left;
  return to;
}
