import type { Bag, Properties } from "../../plugin/resource";
import { create } from "./create";
import { readDomain } from "./read";
import { type FakeHost, fakeHost, fakeRun } from "./testing/host";
import { update } from "./update";

const [urn, name] = ["urn:vm", "vm"];
const id = "0a1b2c3d-4e5f-4a7b-9c8d-7e6f5a4b3c2d";
const disk: Bag = { file: "/p/a.img", target: { dev: "vda", bus: "virtio" } };
const inputs: Bag = { name, uuid: id, memory: "64MiB", disks: [disk], powerState: "stopped", __defaults: {} };
const said = (values: Bag): Properties => ({ values, secrets: [] });
const make = (fake: FakeHost) => create(fake.context, fakeRun(), { urn, name, inputs: said(inputs), preview: false });
const ready = async () => {
  const fake = fakeHost();
  return { fake, outputs: (await make(fake)).outputs };
};
/** Somebody has the machine write to another file. */
const goesOn = (fake: FakeHost, file: string): void => {
  const machine = fake.machines.get(id);
  if (machine) machine.xml = machine.xml.replace(/<source file='[^']*'/, `<source file='${file}'`);
};
const xmlOf = (fake: FakeHost): string => fake.machines.get(id)?.xml ?? "";
const refreshed = async (fake: FakeHost, outputs: Properties) => {
  const run = fakeRun();
  const got = await readDomain(fake.context, run, { urn, name, id, inputs: said(inputs), outputs });
  return { got, said: run.said };
};

const record = `<domainsnapshot><name>s</name><disks>
  <disk name='vda' snapshot='external' type='file'><source file='/p/a.s'/></disk></disks>
  <domain><devices><disk type='file'><source file='/p/a.img'/><target dev='vda'/></disk></devices></domain></domainsnapshot>`;
const volume = `<volume><backingStore><path>/p/a.img</path></backingStore></volume>`;
const live = `<domain id='7'><devices><disk type='file'><source file='/p/a.s'/><backingStore type='file'>
  <source file='/p/a.img'/></backingStore><target dev='vda'/></disk></devices></domain>`;
const knowers: [string, (fake: FakeHost) => void][] = [
  [
    "libvirt's record of it",
    ({ instead }) => {
      instead.set("domainListAllSnapshots", () => ({ snapshots: [{ name: "s" }] }));
      instead.set("domainSnapshotGetXmlDesc", () => ({ xml: record }));
    },
  ],
  [
    "the running machine",
    ({ machines }) => {
      const machine = machines.get(id);
      if (machine) machine.live = live;
    },
  ],
  [
    "the image, once its pool has looked again",
    ({ instead }) => {
      instead.set("storagePoolLookupByTargetPath", () => ({ pool: { name: "p" } }));
      instead.set(
        "storagePoolRefresh",
        () => void instead.set("storageVolLookupByPath", () => ({ vol: { pool: "p", name: "a.s" } })),
      );
      instead.set("storageVolGetXmlDesc", () => ({ xml: volume }));
    },
  ],
];

describe.each(knowers)("a snapshot of which only %s tells", (_, know) => {
  test("is told, is no drift, is not put back, and its end is none either", async () => {
    const { fake, outputs } = await ready();
    goesOn(fake, "/p/a.s");
    know(fake);
    const { got, said: told } = await refreshed(fake, outputs);
    expect(got?.inputs.values).toEqual(inputs);
    expect(told).toEqual([expect.stringMatching(/disk vda now writes to a snapshot/)]);
    const titled = { ...inputs, title: "t" };
    const sides = { oldInputs: said(inputs), oldOutputs: got?.outputs ?? outputs, news: said(titled) };
    const done = await update(fake.context, fakeRun(), { urn, name, id, ...sides, ignoreChanges: [], preview: false });
    expect(xmlOf(fake)).toContain("/p/a.s");
    expect(xmlOf(fake)).toContain("<title>t</title>");
    goesOn(fake, "/p/a.img");
    const request = { urn, name, id, inputs: said(titled), outputs: done.outputs };
    expect((await readDomain(fake.context, fakeRun(), request))?.inputs.values).toEqual(titled);
  });

  test("keeps its disk on the bus where it is: on another one the image under it would be put back", async () => {
    const { fake, outputs } = await ready();
    goesOn(fake, "/p/a.s");
    know(fake);
    const moved = { ...inputs, disks: [{ ...disk, target: { dev: "sda", bus: "sata" } }] };
    const danger =
      /disk vda writes to \/p\/a.s, and \/p\/a.img would be put back as disk sda.*name \/p\/a.s in disks\[0\]/;
    expect(await changed(fake, outputs, inputs, { preview: true, news: moved })).toEqual([
      expect.stringMatching(danger),
    ]);
    await expect(changed(fake, outputs, inputs, { news: moved })).rejects.toThrow(danger);
    expect(xmlOf(fake)).toContain("/p/a.s");
    const named = { ...inputs, disks: [{ file: "/p/a.s", target: { dev: "sda", bus: "sata" } }] };
    await changed(fake, outputs, inputs, { news: named });
    expect(xmlOf(fake)).toMatch(/\/p\/a.s[\s\S]*sda/);
  });

  test("stays when the machine is taken over", async () => {
    const { fake } = await ready();
    goesOn(fake, "/p/a.s");
    know(fake);
    await make(fake);
    expect(xmlOf(fake)).toContain("/p/a.s");
  });
});

/** What the program says after somebody's change was seen. */
const seenAs = (file: string): Bag => ({ ...inputs, disks: [{ ...disk, file }] });
const changed = (fake: FakeHost, outputs: Properties, olds: Bag, { preview = false, news = inputs } = {}) => {
  const run = fakeRun();
  const sides = { oldInputs: said(olds), oldOutputs: outputs, news: said(news) };
  return update(fake.context, run, { urn, name, id, ...sides, ignoreChanges: [], preview }).then(() => run.said);
};
/** A pool that has looked again has the file, of this format, over nothing. */
const alone = (fake: FakeHost, format: string): void => {
  fake.instead.set("storagePoolLookupByTargetPath", () => ({ pool: { name: "p" } }));
  fake.instead.set("storageVolLookupByPath", () => ({ vol: { pool: "p", name: "other" } }));
  fake.instead.set("storageVolGetXmlDesc", () => ({ xml: `<volume><target>${format}</target></volume>` }));
};

describe("another image", () => {
  const other = "/p/other.img";
  const start = async () => {
    const { fake, outputs } = await ready();
    goesOn(fake, other);
    return { fake, ...(await refreshed(fake, outputs)) };
  };

  test("is drift; where nobody can tell what it lies over, the one of before is not put back", async () => {
    const { fake, got, said: told } = await start();
    expect(got?.inputs.values).toEqual(seenAs(other));
    expect(told).toEqual([]);
    const outputs = got?.outputs ?? said({});
    const danger =
      /domain vm on host fake: disk vda writes to \/p\/other.img, and \/p\/a.img would be put back.*no command/;
    expect(await changed(fake, outputs, seenAs(other), { preview: true })).toEqual([expect.stringMatching(danger)]);
    await expect(changed(fake, outputs, seenAs(other))).rejects.toThrow(danger);
    await expect(make(fake)).rejects.toThrow(danger);
    expect(xmlOf(fake)).toContain(other);
  });

  test.each([
    ["of a format that the pool reads, and over nothing, is changed back", "<format type='qcow2'/>", "/p/a.img"],
    ["of which the pool knows no format is not changed back", "", other],
  ])("%s", async (_, format, then) => {
    const { fake, got } = await start();
    alone(fake, format);
    await changed(fake, got?.outputs ?? said({}), seenAs(other)).catch(() => undefined);
    expect(xmlOf(fake)).toContain(then);
  });

  test("that turns out to be a snapshot stays, whatever was seen of it before", async () => {
    const { fake, got } = await start();
    goesOn(fake, "/p/a.s");
    fake.instead.set("domainListAllSnapshots", () => ({ snapshots: [{ name: "s" }] }));
    fake.instead.set("domainSnapshotGetXmlDesc", () => ({ xml: record }));
    await changed(fake, got?.outputs ?? said({}), seenAs("/p/a.s"));
    expect(xmlOf(fake)).toContain("/p/a.s");
  });

  test("that the program names is its image from then on", async () => {
    const { fake, got } = await start();
    const oldOutputs = got?.outputs ?? said({});
    const sides = { oldInputs: said(inputs), oldOutputs, news: said(seenAs(other)) };
    const done = await update(fake.context, fakeRun(), { urn, name, id, ...sides, ignoreChanges: [], preview: false });
    await changed(fake, done.outputs, seenAs(other));
    expect(xmlOf(fake)).toContain("/p/a.img");
  });
});
