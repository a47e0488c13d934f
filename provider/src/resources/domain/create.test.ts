import type { Bag } from "../../plugin/resource";
import { unknown } from "../../unknown";
import { replacements } from "../owner";
import { create } from "./create";
import { type FakeHost, fakeHost, fakeRun } from "./testing/host";

const urn = "urn:vm";
const make = (fake: FakeHost, inputs: Bag, { preview = false, run = fakeRun() } = {}) =>
  create(fake.context, replacements(), run, { urn, name: "vm", inputs: { values: inputs, secrets: [] }, preview });
const uuid = "0a1b2c3d-4e5f-4a7b-9c8d-7e6f5a4b3c2d";
const small: Bag = { name: "vm", uuid, memory: "64MiB", __defaults: { powerState: "running" } };

test("what nobody knows yet of a new machine stays unknown in its preview", async () => {
  const { id, outputs } = await make(
    fakeHost(),
    { ...small, name: unknown, uuid: unknown, host: unknown },
    { preview: true },
  );
  expect(id).toBe("");
  expect(outputs.values).toMatchObject({ name: unknown, uuid: unknown, host: unknown, address: unknown });
  const known = await make(fakeHost(), small, { preview: true });
  expect(known.id).toBe(uuid);
  expect(known.outputs.values).toMatchObject({ name: "vm", uuid, host: "fake" });
});
