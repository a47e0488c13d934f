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

/** A stopped domain whose snapshots put overlays over the disk; what its pool knew of them before it looked again. */
function snapshotted(flags: { metadata: boolean; known: boolean }) {
  let known = flags.known;
  const domain = { name: "vm", uuid: "d", id: -1 };
  const disk = (file: string): string =>
    `<devices><disk type='file'><source file='${file}'/><target dev='vda'/></disk></devices>`;
  const volume = (name: string, on = ""): string =>
    `<volume><name>${name}</name><capacity>1</capacity><target><path>/p/${name}</path></target>${on}</volume>`;
  return fakeHost({
    connectListAllDomains: ({ flags: asked }) => ({
      domains: asked === 0 || flags.metadata ? [domain] : [],
    }),
    domainGetXmlDesc: () => ({ xml: `<domain>${disk("/p/overlay")}</domain>` }),
    domainListAllSnapshots: () => ({ snapshots: [{ name: "before", dom: domain }] }),
    domainSnapshotGetXmlDesc: () => ({
      xml: `<domainsnapshot><memory snapshot='external' file='/p/memory'/><disks><disk name='vda' snapshot='external'><source file='/p/overlay'/></disk></disks><domain>${disk("/p/disk")}</domain></domainsnapshot>`,
    }),
    connectListAllStoragePools: () => ({ pools: [{ name: "p", uuid: "u" }] }),
    storagePoolRefresh: () => {
      known = true;
    },
    storagePoolListAllVolumes: () => ({
      vols: ["disk", ...(known ? ["overlay"] : [])].map((name) => ({ pool: "p", name })),
    }),
    storageVolGetXmlDesc: ({ vol }) => {
      const { name } = vol as { name: string };
      return { xml: volume(name, name === "overlay" ? "<backingStore><path>/p/disk</path></backingStore>" : "") };
    },
  });
}
const disk = { pool: "p", name: "disk" };

test("what a stopped domain's snapshot names is in use, its memory too", async () => {
  const { host } = snapshotted({ metadata: true, known: true });
  expect(await usersOf(host, disk, "/p/disk", [{ pool: "p", name: "overlay" }])).toEqual([
    "snapshot before of domain vm",
  ]);
  expect(await usersOf(host, { pool: "p", name: "memory" }, "/p/memory")).toEqual(["snapshot before of domain vm"]);
});
test("an overlay that no pool has heard of is found", async () => {
  const { host, names } = snapshotted({ metadata: false, known: false });
  expect(await usersOf(host, disk, "/p/disk")).toEqual(["volume p/overlay is based on it"]);
  expect(names().filter((name) => name === "storagePoolRefresh")).toHaveLength(1);
  expect(await usersOf(host, disk, "/p/disk")).toHaveLength(1);
  expect(names().filter((name) => name === "storagePoolRefresh")).toHaveLength(1);
});
test("a driver without snapshots has none", async () => {
  const { host } = fakeHost({
    connectListAllDomains: ({ flags }) => {
      if (flags !== 0) throw new Failure("invalid", "unsupported flags (0x1000)");
      return { domains: [] };
    },
    connectListAllStoragePools: () => ({ pools: [] }),
  });
  expect(await usersOf(host, disk, "/p/disk")).toEqual([]);
});
