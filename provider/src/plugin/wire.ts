/** Pulumi's property values on the wire (a protobuf Struct with signatures in it), as `Properties` and back. */
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Failure } from "../failure";
import { propertyPath } from "../path";
import { unknown } from "../unknown";
import { type Asset, asset, type Bag, type Path, type Properties, type Value } from "./resource";
import { bytesOf, type Json, put, readStruct, writeStruct } from "./struct";

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
  return { values: struct ? decodeFields(readStruct(bytesOf(struct)), [], secrets) : {}, secrets };
}

/** In place: what has just been read is nobody else's. */
function decodeFields(fields: { [key: string]: Json }, path: Path, secrets: Path[]): Bag {
  for (const key of Object.keys(fields)) {
    const value = fields[key] ?? null;
    const meant = plainly(value) ? value : decodeValue(value, [...path, key], secrets);
    if (meant !== value) put(fields, key, meant);
  }
  return fields as Bag;
}
/** Most values stand for themselves. */
const plainly = (value: Json): boolean =>
  typeof value === "string" ? value.length !== unknownText.length : typeof value !== "object" || value === null;

function decodeValue(value: Json, path: Path, secrets: Path[]): Value {
  if (typeof value === "string") return unknownTexts.has(value) ? unknown : value;
  if (Array.isArray(value))
    return value.map((item, i) => (plainly(item) ? (item as Value) : decodeValue(item, [...path, i], secrets)));
  return typeof value === "object" && value !== null ? decodeObject(value, path, secrets) : value;
}

function decodeObject(fields: { [key: string]: Json }, path: Path, secrets: Path[]): Value {
  const part = (name: string): Json | undefined => (Object.hasOwn(fields, name) ? fields[name] : undefined);
  const text = (name: string): string | undefined => {
    const said = part(name);
    return typeof said === "string" && said !== "" ? said : undefined;
  };
  const inner = (name: string): Value => {
    const value = part(name);
    return value === undefined ? unknown : decodeValue(value, path, secrets);
  };
  switch (text(signature)) {
    case kinds.secret:
      return secretly(path, secrets, () => inner("value"));
    case kinds.output:
      return part("secret") === true ? secretly(path, secrets, () => inner("value")) : inner("value");
    case kinds.resource: {
      const id = part("id") === undefined ? (text("urn") ?? unknown) : inner("id");
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
      return decodeFields(fields, path, secrets);
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
  return writeStruct(encodeFields(values, treeOf(secrets)));
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

function encodeFields(bag: Bag, tree: Tree | undefined): { [key: string]: Json } {
  const out: { [key: string]: Json } = {};
  for (const key of Object.keys(bag)) {
    const value = bag[key];
    if (value !== undefined) put(out, key, encodeValue(value, tree?.below.get(key)));
  }
  return out;
}
const encodeValue = (value: Value | undefined, tree: Tree | undefined): Json =>
  tree?.secret ? { [signature]: kinds.secret, value: plain(value, tree) } : plain(value, tree);
function plain(value: Value | undefined, tree: Tree | undefined): Json {
  // A list may hold a gap; an answer must not fail for it after the work is done.
  if (value === null || value === undefined) return null;
  if (value === unknown) return unknownText;
  if (typeof value !== "object") return value as Json;
  if (Array.isArray(value)) return value.map((item: Value, i) => encodeValue(item, tree?.below.get(i)));
  if (isAsset(value)) return { [signature]: kinds.asset, ...value[asset] } as Json;
  return encodeFields(value as Bag, tree);
}
const isAsset = (value: Value): value is Asset => typeof value === "object" && value !== null && asset in value;
