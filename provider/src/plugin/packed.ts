/** SDKs send what is no string in a provider's configuration as JSON text: objects and lists, with sentinels in them, and yes or no. */
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Path, Properties, Value } from "./resource";
import { decode } from "./wire";

/** The same properties, texts that are a JSON object, list or boolean read as what they stand for. */
export function unpacked({ values, secrets }: Properties): Properties {
  const found: Path[] = [...secrets];
  const unpack = (key: string, value: Value | undefined): Value | undefined => {
    const struct = structOf(value);
    if (!struct) return value;
    const inner = decode(struct);
    // A text that is a secret makes a secret of all that was in it.
    if (!secrets.some((path) => path.length === 1 && path[0] === key))
      found.push(...inner.secrets.map((path) => [key, ...path.slice(1)]));
    return inner.values["packed"];
  };
  return {
    values: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, unpack(key, value)])),
    secrets: found,
  };
}

function structOf(value: Value | undefined): Struct | undefined {
  if (typeof value !== "string" || !/^\s*([[{]|(true|false)\s*$)/.test(value)) return undefined;
  try {
    return Struct.fromJavaScript({ packed: JSON.parse(value) });
  } catch {
    return undefined;
  }
}
