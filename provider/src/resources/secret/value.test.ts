import fc from "fast-check";
import { resources } from "../../model";
import type { Bag } from "../../plugin/resource";
import { unknown } from "../../unknown";
import { contextOf } from "../testing/context";
import { check } from "./check";
import { bytesOf, withValue } from "./value";

const sesame = "open sesame";
const checked = (values: Bag) =>
  check(contextOf(), {
    urn: "urn:a",
    name: "key",
    olds: undefined,
    news: { values, secrets: [] },
    autonaming: undefined,
  });

test("whatever bytes are on the host, the inputs that tell them come to these bytes", () =>
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
      ),
      fc.constantFrom<Bag>({}, { value: sesame }, { valueBase64: "" }),
      (bytes, inputs) => {
        const told = withValue(inputs, Buffer.from(bytes));
        expect(bytesOf(told)).toEqual(Buffer.from(bytes));
        expect(checked(told).failures).toEqual([]);
        if ("valueBase64" in inputs) expect(told).not.toHaveProperty("value");
      },
    ),
  ));
test("a value that the host has lost is not in the inputs", () => {
  expect(withValue({ value: sesame, description: "d" }, undefined)).toEqual({ description: "d" });
});
test.each<[string, Bag]>([
  ["none", {}],
  ["both", { value: sesame, valueBase64: "AAAA" }],
  ["no base64", { valueBase64: sesame }],
  ["base64 without its padding", { valueBase64: "AAA" }],
  ["too long", { value: sesame.repeat(6000) }],
  ["no text", { value: [sesame] }],
])("a value that is %s is a fault at no property and without the value", (_, values) => {
  const { failures } = checked(values);
  expect(failures).toEqual([{ property: [], reason: expect.stringMatching(/value/) as string }]);
  expect(JSON.stringify(failures)).not.toContain("sesame");
});
test("a value that is not known yet is no fault", () => {
  expect(checked({ value: unknown }).failures).toEqual([]);
});
test("a secret has no name, and its value is marked wherever it is said", () => {
  const { inputs } = checked({ value: sesame });
  expect(inputs.values).not.toHaveProperty("name");
  expect(inputs.secrets).toEqual([["value"]]);
  expect(Object.keys(resources.Secret.outputs.shape)).toEqual(["uuid", "host"]);
});
