import type { Hosts } from "../../host/host";
import { resources } from "../../model";
import type { Bag, CheckRequest } from "../../plugin/resource";
import { unknown } from "../../unknown";
import { effective } from "../inputs";
import { replacements } from "../owner";
import { contextOf } from "../testing/context";
import { check } from "./check";
import { diff } from "./diff";

const hosts: Hosts = {
  names: [],
  get: () => {
    throw new Error("check asks no host");
  },
  close: async () => undefined,
};
const context = {
  ...contextOf(),
  hosts: () => hosts,
};
const ask = (news: Bag, olds?: Bag, secrets: CheckRequest["news"]["secrets"] = [], seen = replacements()) =>
  check(
    { ...context, replacements: seen },
    {
      urn: "urn:vm",
      name: "vm",
      olds: olds && { values: olds, secrets: [] },
      news: { values: news, secrets },
      autonaming: undefined,
    },
  );
const inputs = (news: Bag, olds?: Bag): Bag => ask(news, olds).inputs.values;
const list = (values: Bag, name: string): Bag[] => values[name] as unknown as Bag[];
const small = { memory: "64MiB" };

test("name, UUID and MACs are the same in every process, and another resource's differ", () => {
  const said = { ...small, interfaces: [{ network: "default" }, { network: "default" }] };
  expect(inputs(said)).toEqual(inputs(said));
  const [a, b] = list(inputs(said), "interfaces");
  expect(a?.["mac"]).toMatch(/^52:54:00(:[0-9a-f]{2}){3}$/);
  expect(a?.["mac"]).not.toBe(b?.["mac"]);
  expect(inputs(said)["name"]).toMatch(/^vm-[0-9a-f]{7}$/);
});

test("a UUID is kept in libvirt's spelling, and another spelling of it is no change", () => {
  const canonical = "0a1b2c3d-4e5f-8a7b-9c8d-7e6f5a4b3c2d";
  const spellings = [canonical, canonical.toUpperCase(), canonical.replaceAll("-", "")];
  for (const uuid of spellings) expect(inputs({ ...small, uuid })["uuid"]).toBe(canonical);
  expect(inputs({ ...small, uuid: unknown })["uuid"]).toBe(unknown);
  const old = { ...inputs({ ...small, name: "vm" }), uuid: canonical.toUpperCase() };
  const news = inputs({ ...small, name: "vm", uuid: canonical }, old);
  const wrapped = (values: Bag) => ({ values, secrets: [] });
  const request = { urn: "urn:vm", id: canonical, oldOutputs: wrapped({}), ignoreChanges: [] };
  expect(diff({ ...request, oldInputs: wrapped(old), news: wrapped(news) }).changes).toEqual([]);
});

test("the second check of a replacement gives another identity", () => {
  const seen = replacements();
  const first = ask(small, undefined, [], seen).inputs.values;
  ask({ ...small, name: "other" }, first, [], seen);
  const second = ask(small, undefined, [], seen).inputs.values;
  expect(second["uuid"]).not.toBe(first["uuid"]);
  expect(second["name"]).not.toBe(first["name"]);
});

test("taking out the first card and the first disk changes nothing of the second", () => {
  const said = {
    ...small,
    interfaces: [{ network: "a" }, { network: "b" }],
    disks: [{ volume: "p/a" }, { volume: "p/b" }],
  };
  const before = inputs(said);
  const after = inputs({ ...said, interfaces: [{ network: "b" }], disks: [{ volume: "p/b" }] }, before);
  expect(list(after, "interfaces")).toEqual([list(before, "interfaces")[1]]);
  expect(list(after, "disks")).toEqual([list(before, "disks")[1]]);
});

test("of two cards on one network, the one whose model is said is that one", () => {
  const before = inputs({ ...small, interfaces: [{ network: "a" }, { network: "a", model: "e1000e" }] });
  const after = inputs({ ...small, interfaces: [{ network: "a", model: "e1000e" }] }, before);
  expect(list(after, "interfaces")).toEqual([list(before, "interfaces")[1]]);
});

test("a new card among old ones gets a MAC of its own, and the old ones keep theirs", () => {
  const before = inputs({ ...small, interfaces: [{ network: "a" }, { network: "b" }] });
  const after = list(
    inputs({ ...small, interfaces: [{ network: "c" }, { network: "a" }, { network: "b" }] }, before),
    "interfaces",
  );
  expect(after.slice(1)).toEqual(list(before, "interfaces"));
  expect(new Set(after.map(({ mac }) => mac)).size).toBe(3);
});

test("a card that moves to another network keeps its MAC; a disk with another volume keeps its name", () => {
  const before = inputs({ ...small, interfaces: [{ network: "a" }], disks: [{ volume: "p/a" }] });
  const after = inputs({ ...small, interfaces: [{ network: "b" }], disks: [{ volume: unknown }] }, before);
  expect(list(after, "interfaces")[0]?.["mac"]).toBe(list(before, "interfaces")[0]?.["mac"]);
  expect(list(after, "disks")[0]?.["target"]).toEqual({ dev: "vda", bus: "virtio" });
});

test("drives go onto virtio-scsi, floppies onto their controller, and names follow the bus", () => {
  const disks = [
    { file: "/a" },
    { file: "/b", device: "cdrom" },
    { file: "/c", device: "floppy" },
    { file: "/d", target: { dev: "vda" } },
  ];
  const targets = list(inputs({ ...small, disks }), "disks").map(({ target }) => target);
  expect(targets).toEqual([
    { dev: "vdb", bus: "virtio" },
    { dev: "sda", bus: "scsi" },
    { dev: "fda", bus: "fdc" },
    { dev: "vda", bus: "virtio" },
  ]);
});

test("defaults are decided at birth: an old machine gets none that it did not have", () => {
  expect(inputs(small)["__defaults"]).toMatchObject({ agent: true, rng: true, console: true });
  expect(inputs(small, { ...small, name: "vm", uuid: "u", __defaults: { rng: true } })["__defaults"]).toEqual({
    rng: true,
  });
  expect(inputs({ ...small, preset: "none" })["__defaults"]).toEqual({});
});

describe("a preset", () => {
  const windows = {
    ...small,
    preset: "windows-11",
    disks: [{ file: "/a" }, { file: "/b", device: "cdrom" }],
    interfaces: [{ network: "a" }],
  };

  test("fills in what its guest has drivers for, and what the program says wins", () => {
    const values = inputs(windows);
    expect(list(values, "disks").map(({ target }) => target)).toEqual([
      { dev: "sda", bus: "sata" },
      { dev: "sdb", bus: "sata" },
    ]);
    expect(list(values, "interfaces")[0]).toMatchObject({ model: "e1000e" });
    expect(values["__defaults"]).toMatchObject({ os: { firmware: "efi" }, tpms: [{ model: "tpm-crb" }] });
    const said = inputs({
      ...windows,
      os: { firmware: "bios" },
      disks: [{ file: "/a", target: { bus: "virtio" } }],
      tpms: [],
    });
    expect(list(said, "disks")[0]).toMatchObject({ target: { bus: "virtio" } });
    expect(said["__defaults"]).not.toHaveProperty("os");
    expect(effective(resources.Domain.inputs, said)).toMatchObject({ os: { firmware: "bios" }, tpms: [] });
  });

  test("is decided at birth: another one later, or another table, changes no machine", () => {
    const born = inputs(windows);
    const later = inputs({ ...windows, preset: "linux" }, born);
    expect({ ...later, preset: "windows-11" }).toEqual(born);
  });

  test("that there is none of is refused with those that there are", () => {
    const [failure] = ask({ ...small, preset: "windows-server-2023" }).failures;
    expect(failure?.reason).toMatch(/ubuntu-24\.04.*did you mean windows-server-2022\?/);
  });
});

test("preset none assigns names and MACs, and no model or discard", () => {
  const values = inputs({ ...small, preset: "none", disks: [{ file: "/a" }], interfaces: [{ network: "a" }] });
  expect(Object.keys(list(values, "interfaces")[0] ?? {}).sort()).toEqual(["mac", "network"]);
  expect(list(values, "disks")[0]).toEqual({ file: "/a", target: { dev: "vda", bus: "virtio" } });
});

test.each([
  ["memory of 0", { memory: "0" }, ["memory"], /at least/],
  ["a unit that is none", { memory: "2 furlongs" }, ["memory"], /size such as/],
  ["more vcpus than the ceiling", { ...small, vcpus: 4, maxVcpus: 2 }, ["vcpus"], /more than maxVcpus/],
  ["more memory than the ceiling", { memory: "2GiB", maxMemory: "1GiB" }, ["memory"], /more than maxMemory/],
  ["a name with a slash", { ...small, name: "a/b" }, ["name"], /slash/],
  ["a blank name", { ...small, name: "  " }, ["name"], /blank/],
  ["a word that is no property", { ...small, memmory: 1 }, ["memmory"], /did you mean memory/],
  [
    "user data that cloud-init passes over",
    { ...small, cloudInit: { userData: "packages: []" } },
    ["cloudInit", "userData"],
    /cloud-config/,
  ],
  ["a host where there are no names", { ...small, host: "x" }, ["host"], /leave it out/],
  [
    "two disks of one name",
    {
      ...small,
      disks: [
        { file: "/a", target: { dev: "vda" } },
        { file: "/b", target: { dev: "vda" } },
      ],
    },
    ["disks", 1, "target", "dev"],
    /disks\[0\] too/,
  ],
  [
    "two cards of one address",
    {
      ...small,
      interfaces: [
        { network: "a", mac: "52:54:00:00:00:01" },
        { network: "a", mac: "52:54:00:00:00:01" },
      ],
    },
    ["interfaces", 1, "mac"],
    /interfaces\[0\] too/,
  ],
])("%s is a fault on its property", (_, news, property, reason) => {
  const { failures } = ask(news as unknown as Bag);
  expect(failures).toHaveLength(1);
  expect(failures[0]?.property).toEqual(property);
  expect(failures[0]?.reason).toMatch(reason);
});

test("a name that is made up must be one too", () => {
  const request = { urn: "urn:vm", name: "a/b", olds: undefined, news: { values: small, secrets: [] } };
  const { failures } = check(context, { ...request, autonaming: undefined });
  expect(failures).toEqual([
    { property: ["name"], reason: expect.stringMatching(/made from.*without slashes.*Say one/) },
  ]);
});

test("a secret must not be a name", () => {
  expect(ask({ ...small, name: "secret" }, undefined, [["name"]]).failures[0]?.property).toEqual(["name"]);
});

test("what is not known yet passes", () => {
  expect(
    ask({ memory: unknown, disks: unknown, interfaces: [{ network: unknown }], cloudInit: unknown }).failures,
  ).toEqual([]);
});

describe("an edit", () => {
  const disk = { file: "/a", target: { dev: "vda", bus: "virtio" } };
  const said = (...xml: Bag[]): Bag =>
    ({ ...small, disks: [disk], cloudInit: { userData: "#cloud-config" }, xml }) as unknown as Bag;
  const nowhere = { set: "./devices/disk[7]/driver/@cache", value: "none" };

  test("that leads nowhere is a fault on its property, and so is each other one", () => {
    const lost = { delete: "./devices/filesystem[1]" };
    const found = { set: "./devices/disk[2]/driver/@cache", value: "none" };
    expect(ask(said(nowhere, found, lost)).failures).toEqual([
      { property: ["xml", 0, "set"], reason: "leads nowhere: there is no disk[7] in devices" },
      { property: ["xml", 2, "delete"], reason: "leads nowhere: there is no filesystem[1] in devices" },
    ]);
  });
  test.each([
    ["what only some hosts' machines have", { set: "./clock/timer[@name='kvmclock']/@present", value: "no" }],
    ["the mark's metadata", { add: "./metadata", xml: "<a xmlns='urn:a'/>" }],
    ["the driver that each disk gets", { set: "./devices/disk[1]/driver/@io", value: "native" }],
    ["what an edit before it added", { add: "./devices", xml: "<disk/>" }, { set: "./devices/disk[3]/@a", value: "1" }],
  ])("may lead to %s", (_, ...edits) => {
    expect(ask(said(...(edits as Bag[]))).failures).toEqual([]);
  });
  test("is no fault where something is not known yet, nor where libvirt may have filled in what it leads to", () => {
    expect(ask({ ...said(nowhere), title: unknown }).failures).toEqual([]);
    expect(ask(said(nowhere), inputs(small)).failures).toEqual([]);
  });
});
