import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { unknown } from "../unknown";
import { asset, type Bag, type Path, type Properties } from "./resource";
import { Bytes } from "./struct";
import { decode, encode } from "./wire";

const signature = "4dabf18193072939515e22adb298388d";
const sent = (fields: object): Properties => decode(Struct.fromJavaScript(fields as never));

const key = fc.string().filter((text) => text !== "__proto__");
const scalar = fc.oneof(fc.string(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null), fc.constant(unknown));
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  ),
}));
/** Some of the paths that a value has, none inside another. */
const pathsOf = (at: unknown, path: Path, take: () => boolean): Path[] => {
  if (path.length > 0 && take()) return [path];
  if (typeof at !== "object" || at === null) return [];
  const entries = Array.isArray(at) ? at.map((item, i) => [i, item] as const) : Object.entries(at);
  return entries.flatMap(([step, item]) => pathsOf(item, [...path, step], take));
};

test("whatever can be said comes back as it was, secrets and unknowns in their places", () => {
  fc.assert(
    fc.property(fc.dictionary(key, value, { maxKeys: 5 }), fc.infiniteStream(fc.boolean()), (values, coins) => {
      const take = (): boolean => coins.next().value === true;
      const properties = { values: values as Bag, secrets: pathsOf(values, [], take) };
      const back = decode(encode(properties));
      expect(back.values).toEqual(properties.values);
      expect(new Set(back.secrets.map((path) => JSON.stringify(path)))).toEqual(
        new Set(properties.secrets.map((path) => JSON.stringify(path))),
      );
    }),
  );
});

test("__proto__ is a property like any other and does no harm", () => {
  const values = JSON.parse('{"__proto__": {"polluted": true}, "kept": 1}') as Bag;
  expect(decode(encode({ values, secrets: [] })).values).toEqual(values);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("of nested secrets the outermost counts", () => {
  const secret = (inner: unknown): object => ({ [signature]: "1b47061264138c4ac30d75fd1eb44270", value: inner });
  const { values, secrets } = sent({ a: secret({ b: secret("x") }), c: [1, secret("y")] });
  expect(values).toEqual({ a: { b: "x" }, c: [1, "y"] });
  expect(secrets).toEqual([["a"], ["c", 1]]);
});

test("a reference to a resource is its id, and unknown where it has none yet", () => {
  const reference = { [signature]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:pulumi:a::b::c::d" };
  const { values } = sent({ made: { ...reference, id: "default/root" }, planned: { ...reference, id: "" } });
  expect(values).toEqual({ made: "default/root", planned: unknown });
});

test("every sentinel of the engine is the one unknown", () => {
  const { values } = sent({
    bool: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    number: "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    string: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    output: { [signature]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", secret: true },
  });
  expect(Object.values(values)).toEqual([unknown, unknown, unknown, unknown]);
});

test("an asset keeps where its bytes are", () => {
  const { values } = sent({
    a: { [signature]: "c44067f5952c0a294b673a41bacd8c17", path: "/tmp/x.qcow2", hash: "abc" },
  });
  expect(values["a"]).toEqual({ [asset]: { path: "/tmp/x.qcow2", hash: "abc" } });
});

test("what the library wrote is read, and what is written here the library reads", () => {
  const fields = {
    text: "é😀",
    long: "x".repeat(20_000),
    none: null,
    yes: true,
    n: -1.5,
    list: [1, ["a"], { b: {} }],
    deep: { a: { b: "c" } },
  };
  expect(decode(Struct.fromJavaScript(fields)).values).toEqual(fields);
  const written = encode({ values: fields, secrets: [] });
  expect(Struct.deserializeBinary(written.serializeBinary()).toJavaScript()).toEqual(fields);
});

test("bytes that are cut anywhere are refused or give less, and never hang", () => {
  const whole = Struct.fromJavaScript({ a: "text", b: [1, { c: true }] }).serializeBinary();
  for (let end = 0; end < whole.length; end++) {
    const cut = new Bytes(whole.subarray(0, end));
    try {
      expect(Object.keys(decode(cut).values).length).toBeLessThan(2);
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: "protocol" });
    }
  }
});
