/** Edits of what an object is known by, in the checks of all kinds. */
import { resources } from "../model";
import type { Bag, Resource, Value } from "../plugin/resource";
import { unknown } from "../unknown";
import { domain } from "./domain";
import { network } from "./network";
import { pool } from "./pool";
import { secret } from "./secret";
import { contextOf } from "./testing/context";
import { volume } from "./volume";

const context = contextOf();
const kinds: [string, Resource, Bag][] = [
  ["domain", domain(context), { memory: "64MiB" }],
  ["network", network(context), {}],
  ["pool", pool(context), { path: "/p" }],
  ["secret", secret(context), { usage: { type: "volume", volume: "/v" }, value: "x" }],
  ["volume", volume(context), { pool: "default", capacity: "1MiB" }],
];
const faults = async (resource: Resource, values: Bag, ...xml: Value[]) => {
  const news = { values: { ...values, xml }, secrets: [] };
  const request = { urn: "urn:it", name: "it", olds: undefined, news, autonaming: undefined };
  return (await resource.check(undefined as never, request)).failures;
};

describe.each(kinds)("an edit of a %s", (kind, resource, values) => {
  const { shape } = resources[`${kind[0]?.toUpperCase()}${kind.slice(1)}` as keyof typeof resources].inputs;
  test.each(["name", "uuid"].filter((name) => name in shape))("that says another %s is refused", async (name) => {
    for (const edit of [
      { set: `./${name}`, value: "other" },
      { set: `./${name}/text()`, value: "other" },
      { delete: `./${name}[1]` },
      { add: ".", xml: `<${name}>other</${name}>` },
    ])
      expect(await faults(resource, values, edit)).toContainEqual({
        property: ["xml", 0],
        reason: expect.stringContaining(`set \`${name}\` instead`),
      });
  });
  test("that takes the mark away is refused; others, and what nobody knows yet, are not", async () => {
    const mark = expect.objectContaining({ reason: expect.stringContaining("the mark") });
    for (const path of [
      "./metadata",
      "./metadata/{urn:pulumi-kvm:1}owner",
      "./metadata/{urn:pulumi-kvm:1}owner/@urn",
    ]) {
      const found = expect(await faults(resource, values, { delete: path }));
      // Only of a domain it stands in the XML.
      if (kind === "domain") found.toContainEqual(mark);
      else found.not.toContainEqual(mark);
    }
    expect(await faults(resource, values, unknown, { set: unknown, value: unknown })).toEqual([]);
    expect(await faults(resource, values, { add: ".", xml: "<other/>" })).toEqual([]);
  });
});
