import { Failure } from "../../failure";
import { parse } from "../../xml";
import { fakeHost } from "../testing/host";
import { disksOf, usersOf } from "./users";

test("a disk's chain: its own source, its backing files, and the copy under way", () => {
  const domain = parse(`<domain><devices>
    <disk type='file'><source file='/p/top'/>
      <backingStore type='file'><format type='qcow2'/><source file='/p/middle'/><backingStore type='block'><source dev='/dev/base'/><backingStore/></backingStore></backingStore>
      <mirror type='file'><source file='/p/copy'/></mirror><target dev='vda'/></disk>
    <disk type='volume'><source pool='default' volume='data'/><target dev='vdb'/></disk>
    <disk type='file' device='cdrom'><target dev='sda'/></disk>
  </devices></domain>`);
  expect(disksOf(domain)).toEqual([
    { target: "vda", chain: ["/p/top", "/p/middle", "/dev/base", "/p/copy"] },
    { target: "vdb", chain: ["default/data"] },
    { target: "sda", chain: [] },
  ]);
});
test("no domain has no disks", () => {
  expect(disksOf(undefined)).toEqual([]);
  expect(disksOf(parse("<domain/>"))).toEqual([]);
});

test.each([
  [false, []],
  [true, "cannot list"],
])(
  "a pool that refuses to list its volumes says nothing of them only where it stopped (active: %s)",
  async (active, said) => {
    const { host } = fakeHost({
      connectListAllDomains: () => ({ domains: [] }),
      connectListAllStoragePools: () => ({ pools: [{ name: "store", uuid: "u" }] }),
      storagePoolListAllVolumes: () => {
        throw new Failure("refused", "cannot list");
      },
      storagePoolIsActive: () => ({ active }),
    });
    const users = usersOf(host, { pool: "other", name: "disk" }, "/other/disk");
    expect(await users.catch(({ problem }: Failure) => problem)).toEqual(said);
  },
);
