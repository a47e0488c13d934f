import fc from "fast-check";
import { Failure } from "../failure";
import { domain, type Parameter, parameter } from "./objects";
import {
  charData,
  charList,
  chars,
  hyper,
  int,
  list,
  optional,
  reader,
  string,
  struct,
  type Type,
  text,
  uhyper,
  uint,
  uuid,
  withDefault,
  writer,
} from "./xdr";

const bytesOf = <In>(type: Type<unknown, In>, value: In): string => {
  const to = writer(4);
  type.write(to, value);
  return to.bytes.toString("hex", 0, to.at);
};
const valueIn = <Out>(type: Type<Out, never>, hex: string): Out => type.read(reader(Buffer.from(hex, "hex")));
const there = <Out, In>(type: Type<Out, In>, value: In): Out => valueIn(type as Type<Out, never>, bytesOf(type, value));

const UUID = "4239dfb9-df14-49c4-8996-b2a7b47e8523";

describe("XDR", () => {
  test.each<[string, Type<unknown, never>, unknown, string]>([
    ["an int below zero", int, -2, "fffffffe"],
    ["a uint", uint, 0xffffffff, "ffffffff"],
    ["a hyper below zero", hyper, -1n, "ffffffffffffffff"],
    ["a size of 2^63", uhyper, 2n ** 63n, "8000000000000000"],
    ["a string, padded to four", string, "hello", "0000000568656c6c6f000000"],
    ["an empty string", string, "", "00000000"],
    ["a text that is not ASCII", string, "é", "00000002c3a90000"],
    ["an absent value", optional(string), undefined, "00000000"],
    ["a present value", optional(int), 7, "0000000100000007"],
    ["a UUID", uuid, UUID, "4239dfb9df1449c48996b2a7b47e8523"],
    ["a list", list(int, 4), [1, 2], "000000020000000100000002"],
    ["a struct", struct({ a: int, b: string }), { a: 1, b: "x" }, "000000010000000178000000"],
    [
      "a typed parameter",
      parameter,
      { field: "a", type: "ullong", value: 5n },
      "0000000161000000000000040000000000000005",
    ],
  ])("%s is these bytes", (_, type, value, hex) => {
    expect(bytesOf(type, value as never)).toBe(hex);
    expect(valueIn(type, hex)).toEqual(value);
  });

  test("what has a default need not be given", () => {
    expect(bytesOf(withDefault(uint, 3), undefined)).toBe("00000003");
    expect(there(domain, { uuid: UUID })).toEqual({ name: "", uuid: UUID, id: -1 });
  });

  test("a C text in an array of chars ends at its NUL", () => {
    expect(there(chars(32), "x86_64")).toBe("x86_64");
    expect(bytesOf(chars(2), "x")).toBe("0000007800000000");
  });

  test.each<[string, Type<unknown, never>, string]>([
    ["a string longer than the message", string, "0000000541"],
    ["a string of 2^31 bytes", string, "80000000"],
    ["a string whose padding is missing", string, "0000000141"],
    ["a list of 2^32-1 elements", list(int, 16384), "ffffffff"],
    ["a list that is allowed but not there", list(int, 16384), "00004000"],
    ["an optional value that is neither there nor absent", optional(int), "0000000200000001"],
    ["a parameter of a type that does not exist", parameter, "0000000161000000000000090000000000000000"],
    ["half a hyper", hyper, "00000000"],
    ["a string that is not UTF-8", string, "00000002c3280000"],
    ["more chars than there are", charData(65536), "0000000200000041"],
    ["nothing", uuid, ""],
  ])("%s is a protocol failure", (_, type, hex) => {
    expect(() => valueIn(type, hex)).toThrow(expect.objectContaining({ code: "protocol" }));
  });

  test("a string that has the replacement character in it is a string", () => {
    expect(there(string, "\ufffd")).toBe("\ufffd");
  });

  test("text for people is told although it is not UTF-8", () => {
    expect(valueIn(text, "00000002c3280000")).toBe("\ufffd(");
  });

  test("chars that take four bytes each carry any byte", () => {
    expect(bytesOf(charData(8), Buffer.from([0, 0x7f, 0x80]))).toBe("00000003000000000000007fffffff80");
    expect(there(charData(8), Buffer.from([0, 0x7f, 0x80]))).toEqual(Buffer.from([0, 0x7f, 0x80]));
    expect(() => bytesOf(charData(2), Buffer.alloc(3))).toThrow(expect.objectContaining({ code: "invalid" }));
    expect(there(charList(8), "label")).toBe("label");
  });

  test("text that is no UUID is refused before it is sent", () => {
    expect(() => bytesOf(uuid, "web")).toThrow(expect.objectContaining({ code: "invalid" }));
  });

  const parameters: fc.Arbitrary<Parameter> = fc.oneof(
    fc.record({ field: fc.string(), type: fc.constant("int" as const), value: fc.integer() }),
    fc.record({ field: fc.string(), type: fc.constant("uint" as const), value: fc.nat() }),
    fc.record({
      field: fc.string(),
      type: fc.constant("llong" as const),
      value: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
    }),
    fc.record({ field: fc.string(), type: fc.constant("ullong" as const), value: fc.bigInt(0n, 2n ** 64n - 1n) }),
    fc.record({ field: fc.string(), type: fc.constant("double" as const), value: fc.double({ noNaN: true }) }),
    fc.record({ field: fc.string(), type: fc.constant("boolean" as const), value: fc.boolean() }),
    fc.record({ field: fc.string(), type: fc.constant("string" as const), value: fc.string({ unit: "grapheme" }) }),
  );
  const anything = struct({
    names: list(string, 1000),
    id: optional(uuid),
    size: uhyper,
    params: list(parameter, 1000),
  });
  const anyValue = fc.record({
    names: fc.array(fc.string({ unit: "grapheme" })),
    id: fc.option(fc.uuid(), { nil: undefined }),
    size: fc.bigInt(0n, 2n ** 64n - 1n),
    params: fc.array(parameters),
  });

  test("whatever is written is read again", () => {
    fc.assert(fc.property(anyValue, (value) => expect(there(anything, value)).toEqual(value)));
  });

  test("mutated bytes are read, or are a protocol failure", () => {
    const mutation = fc.record({ at: fc.nat(), to: fc.nat(255), cut: fc.nat() });
    fc.assert(
      fc.property(anyValue, mutation, (value, { at, to, cut }) => {
        const bytes = Buffer.from(bytesOf(anything, value), "hex");
        bytes[at % bytes.length] = to;
        try {
          anything.read(reader(bytes, 0, bytes.length - (cut % 8 === 0 ? cut % bytes.length : 0)));
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Failure);
          expect(thrown).toHaveProperty("code", "protocol");
        }
      }),
      { numRuns: 2000 },
    );
  });
});
