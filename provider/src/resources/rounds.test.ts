/** What a distant host costs: how often in sequence a resource waits for it. */
import { Failure } from "../failure";
import type { Host } from "../host/host";
import type { Bag } from "../plugin/resource";
import { domain } from "./domain";
import { type FakeHost, fakeHost as machines } from "./domain/testing/host";
import { contextOf } from "./testing/context";
import { fakeHost, fakeRun } from "./testing/host";
import { inRounds } from "./testing/rounds";
import { volume } from "./volume";

const at = (host: Host) => ({
  ...contextOf(),
  hosts: () => ({ names: [], get: () => host, close: async () => undefined }),
});
const { run } = fakeRun();
const uuid = "0a1b2c3d-4e5f-4a7b-9c8d-7e6f5a4b3c2d";
const request = (values: Bag) => ({ urn: "urn:it", name: "it", inputs: { values, secrets: [] }, preview: false });

describe("a machine with a disk, a card and a screen", () => {
  const values: Bag = {
    name: "vm",
    uuid,
    memory: "64MiB",
    disks: [{ type: "volume", source: { pool: "default", volume: "disk" }, target: { dev: "vda", bus: "virtio" } }],
    interfaces: [{ type: "network", source: { network: "default" }, mac: "52:54:00:00:00:01" }],
    graphics: [{ type: "vnc" }],
    __defaults: { powerState: "running" },
  };
  const disk = "<volume type='file'><target><path>/p/disk</path><format type='qcow2'/></target></volume>";
  const there = (): FakeHost => {
    const fake = machines();
    fake.instead.set("storageVolGetXmlDesc", () => ({ xml: disk }));
    fake.instead.set("networkLookupByName", () => ({ net: {} }));
    fake.instead.set("domainInterfaceAddresses", () => ({ ifaces: [] }));
    return fake;
  };

  test("is created in four rounds", async () => {
    const { host, rounds } = inRounds(there().host);
    await domain(at(host)).create(run, request(values));
    expect(rounds).toHaveLength(4);
  });

  test("is read in two rounds", async () => {
    const fake = there();
    const made = await domain(at(fake.host)).create(run, request(values));
    const { host, rounds } = inRounds(fake.host);
    const inputs = { values, secrets: [] };
    await domain(at(host)).read(run, { urn: "urn:it", name: "it", id: uuid, inputs, outputs: made.outputs });
    expect(rounds).toHaveLength(2);
  });
});

describe("a volume", () => {
  const xmlOf = (name: string) =>
    `<volume type='file'><name>${name}</name><capacity unit='bytes'>8388608</capacity><target><path>/p/${name}</path><format type='qcow2'/></target></volume>`;
  const pool = () => {
    const volumes = new Map([["base", xmlOf("base")]]);
    return fakeHost({
      storagePoolLookupByName: () => ({ pool: { name: "default", uuid: "u" } }),
      connectListAllStoragePools: () => ({ pools: [{ name: "default", uuid: "u" }] }),
      storageVolGetXmlDesc: ({ vol }) => {
        const xml = volumes.get((vol as { name: string }).name);
        if (xml === undefined) throw new Failure("missing", "no such volume");
        return { xml };
      },
      storageVolCreateXml: ({ xml }) => {
        const name = /<name>(.*?)<\/name>/.exec(String(xml))?.[1] ?? "";
        volumes.set(name, xmlOf(name));
      },
      storageVolDelete: ({ vol }) => void volumes.delete((vol as { name: string }).name),
    }).host;
  };

  test.each<[string, Bag]>([
    ["without data", { capacity: "8MiB" }],
    ["on a base", { backing: { volume: "default/base" } }],
  ])("%s is created in three rounds", async (_what, values) => {
    const { host, rounds } = inRounds(pool());
    await volume(at(host)).create(run, request({ pool: "default", name: "disk", ...values }));
    expect(rounds).toHaveLength(3);
  });
});
