import type { Bag, Difference } from "../../plugin/resource";
import { hidden } from "../state";
import { contextOf } from "../testing/context";
import { secret } from ".";

const of = (values: Bag) => ({ values, secrets: [] });
const usage = { type: "ceph", name: "a" };
const diff = (olds: Bag, news: Bag): Promise<Difference> =>
  secret(contextOf()).diff(
    { signal: new AbortController().signal, log: undefined as never, deadline: undefined },
    {
      urn: "",
      id: "",
      oldOutputs: of({}),
      oldInputs: of({ uuid: "1", [hidden.minted]: true, usage, ...olds }),
      news: of({ uuid: "1", [hidden.minted]: true, usage, ...news }),
      ignoreChanges: [],
    },
  );

test("a no that is said no more changes nothing, a yes does", async () => {
  expect((await diff({ private: false, ephemeral: false }, {})).changes).toEqual([]);
  expect((await diff({ private: true }, {})).changes).toMatchObject([{ property: ["private"], replace: true }]);
});
test("value and description change in place", async () => {
  const { changes } = await diff({ value: "a", description: "a" }, { value: "b", description: "b" });
  expect(changes.map(({ property, replace }) => [property[0], replace]).sort()).toEqual([
    ["description", undefined],
    ["value", undefined],
  ]);
});
test("the old one goes first where the new one has its usage, or its UUID", async () => {
  const other = { usage: { type: "ceph", name: "b" } };
  expect(await diff({}, other)).toMatchObject({ deleteBeforeReplace: false, changes: [{ replace: true }] });
  expect(await diff({}, { private: true })).toMatchObject({ deleteBeforeReplace: true });
  expect(await diff({}, { ...other, [hidden.minted]: undefined })).toMatchObject({ deleteBeforeReplace: true });
});
