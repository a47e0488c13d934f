import { unknown } from "../../unknown";
import { contextOf } from "../testing/context";
import { volume } from "./index";

const { diff } = volume(contextOf());
const olds = { pool: "data", name: "disk", backing: { volume: "data/base" } };
const replacements = async (news: object): Promise<unknown[]> => {
  const state = { values: olds, secrets: [] };
  const run = { signal: new AbortController().signal, log: undefined as never, deadline: undefined };
  const request = { urn: "urn:a", id: "data/disk", oldOutputs: state, oldInputs: state, ignoreChanges: [] };
  const { changes } = await diff(run, { ...request, news: { values: { ...olds, ...news }, secrets: [] } });
  return changes.filter(({ replace }) => replace).map(({ property }) => property.join("."));
};

test("a volume is not deleted because its pool or base is being replaced: the engine asks with what it does not know yet", async () => {
  expect(await replacements({ pool: unknown })).toEqual([]);
  expect(await replacements({ backing: { volume: unknown } })).toEqual([]);
  expect(await replacements({ backing: unknown })).toEqual([]);
});
test("a host that gets a name, or is not known yet, replaces nothing: check refuses another", async () => {
  expect(await replacements({ host: "alpha" })).toEqual([]);
  expect(await replacements({ host: unknown })).toEqual([]);
});
test("it is where its data may go", async () => {
  expect(await replacements({ pool: unknown, replaceData: true })).toEqual(["pool"]);
});
test("another pool that is known is a replacement, which check refuses", async () => {
  expect(await replacements({ pool: "other" })).toEqual(["pool"]);
});
