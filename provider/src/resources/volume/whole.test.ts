import { Failure } from "../../failure";
import type { Bag } from "../../plugin/resource";
import { contextOf } from "../testing/context";
import { fakeHost, fakeRun } from "../testing/host";
import { volume } from "./index";
import { markOf } from "./mark";

const wanted = { pool: "data", name: "disk" };
const urn = "urn:a";
const mark = markOf({ wanted, key: JSON.stringify(["owner", urn]) }).name;
const inputs = { values: { ...wanted, capacity: "1GiB" }, secrets: [] };
const path = "/p/disk";

/** A host whose pool lies in `directory`, and holds these volumes. */
function reading(names: readonly string[], directory = "/p") {
  const { host, calls } = fakeHost({
    storagePoolLookupByName: () => ({ pool: { name: "data", uuid: "p" } }),
    connectListAllStoragePools: () => ({ pools: [] }),
    storagePoolListAllVolumes: () => ({ vols: names.map((name) => ({ pool: "data", name })) }),
    storagePoolGetXmlDesc: () => ({ xml: `<pool><target><path>${directory}</path></target></pool>` }),
    storageVolGetXmlDesc: ({ vol }) => {
      const { name } = vol as { name: string };
      if (!names.includes(name)) throw new Failure("missing", "no storage vol with matching name");
      const at = `<target><path>${directory}/${name}</path><format type='qcow2'/></target>`;
      return { xml: `<volume><name>${name}</name><capacity>1073741824</capacity>${at}</volume>` };
    },
  });
  const resource = volume({
    ...contextOf(),
    hosts: () => ({ names: [], get: () => host, close: async () => undefined }),
  });
  const { run, warnings } = fakeRun();
  const about = { urn, name: "disk", id: "data/disk" };
  const state = (values: Bag) => ({
    inputs,
    outputs: { values: { ...wanted, host: "alpha", ...values }, secrets: [] },
  });
  return {
    read: (was?: Bag) =>
      resource.read(run, { ...about, inputs: undefined, outputs: undefined, ...(was && state(was)) }),
    update: (was: Bag) =>
      resource.update(run, {
        ...about,
        oldInputs: inputs,
        oldOutputs: state(was).outputs,
        news: inputs,
        ignoreChanges: [],
        preview: false,
      }),
    drop: (was: Bag) => resource.delete(run, { ...about, ...state(was) }),
    deleted: () =>
      calls.filter(([call]) => call === "storageVolDelete").map(([, { vol }]) => (vol as { name: string }).name),
    warnings,
  };
}

test("a volume beside whose mark nobody looked stays in doubt until an update took the mark away", async () => {
  const { read, update, deleted } = reading(["disk", mark]);
  const got = await read({});
  expect(got?.reasons).toEqual([expect.stringMatching(/^volume data\/disk on host alpha: its mark .*`pulumi up`/)]);
  expect(got?.outputs.values["__baseline"]).toBeUndefined();
  expect((await update(got?.outputs.values ?? {})).outputs.values["__baseline"]).toBeDefined();
  expect(deleted()).toEqual([mark]);
});
test("without its mark it is whole", async () => {
  const got = await reading(["disk"]).read({});
  expect(got?.reasons).toBeUndefined();
  expect(got?.outputs.values["__baseline"]).toBeDefined();
});
test("what another program fills is not imported as if it were whole", async () => {
  await expect(reading(["disk", ".disk.0123456789ab.part"]).read()).rejects.toThrow(
    /^volume data\/disk on host alpha: it is half made: .*Wait until/,
  );
  expect(await reading(["disk", ".other.0123456789ab.part"]).read()).toMatchObject({ id: "data/disk" });
});

describe("a volume whose pool got another directory", () => {
  const said =
    /^volume data\/disk on host alpha: its file is \/p\/disk, but its pool has another directory now: \/q\. /;

  test("is kept by a refresh, which says so", async () => {
    const got = await reading([], "/q").read({ path, __baseline: "9.0.0:x" });
    expect(got).toMatchObject({ id: "data/disk", inputs, reasons: [expect.stringMatching(said)] });
  });
  test("is not updated, and a deletion says where it stays", async () => {
    const { update, drop, warnings } = reading([], "/q");
    await expect(update({ path, __baseline: "9.0.0:x" })).rejects.toThrow(said);
    await drop({ path });
    expect(warnings).toEqual([expect.stringMatching(said)]);
  });
  test("while one that is gone from the same directory is gone", async () => {
    expect(await reading([], "/p").read({ path, __baseline: "9.0.0:x" })).toBeUndefined();
  });
});
