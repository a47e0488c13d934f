/** Pulumi's property values on the wire (a protobuf Struct with signatures in it), as `Properties` and back. */
import { ListValue, NullValue, Struct, Value as Wire } from "google-protobuf/google/protobuf/struct_pb";
import { Failure } from "../failure";
import { propertyPath } from "../path";
import { unknown } from "../unknown";
import { type Asset, asset, type Bag, type Path, type Properties, type Value } from "./resource";

/** The key under which an object says what it stands for, and the values it may have there (`sig.go` of Pulumi's SDK). */
const signature = "4dabf18193072939515e22adb298388d";
const kinds = {
  secret: "1b47061264138c4ac30d75fd1eb44270",
  resource: "5cf8f73096256a8f31e491e813e4eb8e",
  output: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
  bytes: "803fd3297a5875dc03ca845dda5d2a98",
  asset: "c44067f5952c0a294b673a41bacd8c17",
  archive: "0def7320c3a5731c473e5ecbe6d01bc7",
} as const;
/** What stands for a value not known yet, one for each type; programs mostly send the one for strings. */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const unknownTexts = new Set([
  unknownText,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export function decode(struct: Struct | undefined): Properties {
  const secrets: Path[] = [];
  return { values: struct ? decodeStruct(struct, [], secrets) : {}, secrets };
}

function decodeStruct(struct: Struct, path: Path, secrets: Path[]): Bag {
  const out: Record<string, Value> = {};
  for (const [key, value] of entries(struct)) define(out, key, decodeValue(value, [...path, key], secrets));
  return out;
}
/** `__proto__` is a property like any other. */
const define = (out: object, key: string, value: unknown): void =>
  void Object.defineProperty(out, key, { value, enumerable: true, writable: true, configurable: true });
function entries(struct: Struct): [string, Wire][] {
  const all: [string, Wire][] = [];
  // The map's own arrays hold raw data; only this makes messages of them.
  struct.getFieldsMap().forEach((value: Wire, key: string) => void all.push([key, value]));
  return all;
}

function decodeValue(value: Wire, path: Path, secrets: Path[]): Value {
  switch (value.getKindCase()) {
    case Wire.KindCase.STRING_VALUE: {
      const text = value.getStringValue();
      return unknownTexts.has(text) ? unknown : text;
    }
    case Wire.KindCase.NUMBER_VALUE:
      return value.getNumberValue();
    case Wire.KindCase.BOOL_VALUE:
      return value.getBoolValue();
    case Wire.KindCase.LIST_VALUE:
      return (value.getListValue()?.getValuesList() ?? []).map((item, i) => decodeValue(item, [...path, i], secrets));
    case Wire.KindCase.STRUCT_VALUE:
      return decodeObject(value.getStructValue() ?? new Struct(), path, secrets);
    default:
      return null;
  }
}

function decodeObject(struct: Struct, path: Path, secrets: Path[]): Value {
  const part = (name: string): Wire | undefined => struct.getFieldsMap().get(name) as Wire | undefined;
  const text = (name: string): string | undefined => part(name)?.getStringValue() || undefined;
  const inner = (name: string): Value => {
    const value = part(name);
    return value ? decodeValue(value, path, secrets) : unknown;
  };
  switch (text(signature)) {
    case kinds.secret:
      return secretly(path, secrets, () => inner("value"));
    case kinds.output:
      return part("secret")?.getBoolValue() ? secretly(path, secrets, () => inner("value")) : inner("value");
    case kinds.resource: {
      const id = part("id") ? inner("id") : (text("urn") ?? unknown);
      return id === "" || id === null ? unknown : id;
    }
    case kinds.bytes:
      return Buffer.from(text("value") ?? "", "base64").toString("utf8");
    case kinds.asset:
      return decodeAsset(text);
    case kinds.archive:
      throw new Failure("invalid", "an archive stands where none can be used", {
        object: propertyPath(path),
        remedy: "Give a file or a text: an asset",
      });
    default:
      return decodeStruct(struct, path, secrets);
  }
}
/** Of nested secrets the outermost counts. */
function secretly(path: Path, secrets: Path[], read: () => Value): Value {
  const known = secrets.length;
  const value = read();
  secrets.length = known;
  secrets.push(path);
  return value;
}
function decodeAsset(text: (name: string) => string | undefined): Asset {
  const said = ["text", "path", "uri", "hash"].map((name) => [name, text(name)] as const);
  return { [asset]: Object.fromEntries(said.filter(([, value]) => value !== undefined)) };
}

export function encode({ values, secrets }: Properties): Struct {
  return encodeStruct(values, treeOf(secrets));
}

/** Paths as a tree, so that each value meets its own part only. */
interface Tree {
  secret?: true;
  below: Map<string | number, Tree>;
}
function treeOf(paths: readonly Path[]): Tree {
  const root: Tree = { below: new Map() };
  for (const path of paths) {
    let at = root;
    for (const step of path) {
      const next: Tree = at.below.get(step) ?? { below: new Map() };
      at.below.set(step, next);
      at = next;
    }
    at.secret = true;
  }
  return root;
}

function encodeStruct(bag: Bag, tree: Tree | undefined): Struct {
  const struct = new Struct();
  const fields = struct.getFieldsMap();
  for (const [key, value] of Object.entries(bag))
    if (value !== undefined) fields.set(key, encodeValue(value, tree?.below.get(key)));
  return struct;
}
function encodeValue(value: Value, tree: Tree | undefined): Wire {
  if (tree?.secret) return signed(kinds.secret, { value: plain(value, tree) });
  return plain(value, tree);
}
function plain(value: Value | undefined, tree: Tree | undefined): Wire {
  const wire = new Wire();
  // A list may hold a gap; an answer must not fail for it after the work is done.
  if (value === null || value === undefined) wire.setNullValue(NullValue.NULL_VALUE);
  else if (value === unknown) wire.setStringValue(unknownText);
  else if (typeof value === "string") wire.setStringValue(value);
  else if (typeof value === "number") wire.setNumberValue(value);
  else if (typeof value === "boolean") wire.setBoolValue(value);
  else if (Array.isArray(value)) {
    const list = new ListValue();
    list.setValuesList(value.map((item: Value, i) => encodeValue(item, tree?.below.get(i))));
    wire.setListValue(list);
  } else if (isAsset(value))
    return signed(
      kinds.asset,
      Object.fromEntries(Object.entries(value[asset]).map(([k, v]) => [k, plain(v, undefined)])),
    );
  else wire.setStructValue(encodeStruct(value as Bag, tree));
  return wire;
}
const isAsset = (value: Value): value is Asset => typeof value === "object" && value !== null && asset in value;
function signed(kind: string, parts: Record<string, Wire>): Wire {
  const struct = new Struct();
  struct.getFieldsMap().set(signature, plain(kind, undefined));
  for (const [name, part] of Object.entries(parts)) struct.getFieldsMap().set(name, part);
  const wire = new Wire();
  wire.setStructValue(struct);
  return wire;
}
