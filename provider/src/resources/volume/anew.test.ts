import type { Bag } from "../../plugin/resource";
import { contextOf } from "../testing/context";
import { fakeHost, fakeRun } from "../testing/host";
import { volume } from "./index";

const urn = "urn:a";
const olds: Bag = { pool: "data", name: "disk", capacity: "1GiB" };
const properties = (values: Bag) => ({ values, secrets: [] });
const xml =
  "<volume><name>disk</name><capacity>1073741824</capacity><target><path>/p/disk</path><format type='qcow2'/></target></volume>";
const user = "<domain><devices><disk type='file'><source file='/p/disk'/><target dev='vda'/></disk></devices></domain>";

/** A host with the volume on it, and what the engine asks of the provider. */
function engine(used = false) {
  const { host, names } = fakeHost({
    storagePoolLookupByName: () => ({ pool: { name: "data", uuid: "p" } }),
    connectListAllStoragePools: () => ({ pools: [] }),
    connectListAllDomains: ({ flags }) => ({ domains: used && flags === 0 ? [{ name: "vm", uuid: "d", id: -1 }] : [] }),
    domainGetXmlDesc: () => ({ xml: user }),
    storageVolGetXmlDesc: () => ({ xml }),
  });
  const context = {
    ...contextOf(),
    hosts: () => ({ names: [], get: () => host, close: async () => undefined }),
  };
  const resource = volume(context);
  const { run, warnings } = fakeRun();
  const check = async (news: Bag, before?: Bag): Promise<Bag> => {
    const request = { urn, name: "disk", olds: before && properties(before), autonaming: undefined };
    return (await resource.check(run, { ...request, news: properties(news) })).inputs.values;
  };
  return {
    warnings,
    deleted: () => names().includes("storageVolDelete"),
    check,
    create: (values: Bag, preview: boolean) =>
      resource.create(run, { urn, name: "disk", inputs: properties(values), preview }),
    drop: () =>
      resource.delete(run, { urn, name: "disk", id: "data/disk", inputs: properties(olds), outputs: properties({}) }),
  };
}
const refused = {
  code: "refused",
  message: expect.stringMatching(/^volume data\/disk on host alpha: .*replaceData: true/),
};

test.each([true, false])(
  "what the engine replaces on its own is refused before anything is made (preview: %s)",
  async (preview) => {
    const { check, create } = engine();
    await check(olds, olds);
    await expect(create(await check({ ...olds, name: "other" }), preview)).rejects.toMatchObject(refused);
  },
);
test("nor does what it deletes first go", async () => {
  const { check, drop, deleted } = engine();
  await check(olds);
  await expect(drop()).rejects.toMatchObject(refused);
  expect(deleted()).toBe(false);
});
test("data that were given up go", async () => {
  const { check, drop, deleted } = engine();
  await check({ ...olds, replaceData: true });
  await drop();
  expect(deleted()).toBe(true);
});
test("what an earlier run replaced goes, though its successor stays", async () => {
  const { check, drop, deleted } = engine();
  await check(olds, olds);
  await drop();
  expect(deleted()).toBe(true);
});
test("the preview says that the one of that name is in use, and so will not go", async () => {
  const news = { ...olds, format: "raw", replaceData: true };
  for (const used of [true, false]) {
    const { check, create, warnings } = engine(used);
    await check(news, olds);
    await create(await check(news), true);
    const said = /volume data\/disk on host alpha: it is in use: domain vm \(disk vda\).*update will refuse/;
    expect(warnings).toEqual(used ? [expect.stringMatching(said)] : []);
  }
});
