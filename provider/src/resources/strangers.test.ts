import type { Bag } from "../plugin/resource";
import { unknown } from "../unknown";
import { hidden } from "./state";
import { mayMeet } from "./strangers";
import { contextOf } from "./testing/context";

const context = contextOf();
context.replacements.remember("urn:old", "store");

test.each<[string, string, Bag, boolean]>([
  ["a name that the program says", "urn:new", { name: "store" }, true],
  ["one that the engine proposes", "urn:new", { name: "store", [hidden.autonamed]: "proposed" }, true],
  ["one that only we come to", "urn:new", { name: "store-1a2b3c4", [hidden.autonamed]: "ours" }, false],
  ["one that is not known yet", "urn:new", { name: unknown }, false],
  ["one on a host that is not known yet", "urn:new", { name: "store", host: unknown }, false],
  ["the name of the object that is replaced", "urn:old", { name: "store" }, false],
])("whether somebody else may have %s", (_, urn, values, may) => {
  const request = { urn, name: "it", inputs: { values, secrets: [] }, preview: true };
  expect(mayMeet(context, request)).toBe(may);
});
