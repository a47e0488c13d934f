import type { Loose } from "../values";
import { driftedInputs } from "./drift";
import { contract, expand } from "./expand";
import { stillPending } from "./pending";
import { lacking, plan } from "./plan";

const base: Loose = { name: "vm", memory: "2GiB", currentMemory: "1GiB", vcpus: 4, currentVcpus: 2 };
const disk = (dev: string, file: string, more: Loose = {}): Loose => ({
  type: "file",
  source: { file },
  target: { dev, bus: "virtio" },
  ...more,
});
const nic = (mac: string, more: Loose = {}): Loose => ({
  type: "network",
  source: { network: "default" },
  mac,
  ...more,
});
const cdrom = (file: string | undefined): Loose => ({
  device: "cdrom",
  target: { dev: "sda", bus: "scsi" },
  ...(file === undefined ? {} : { type: "file", source: { file } }),
});
const named = (devices: readonly { device: Loose }[]): unknown[] =>
  devices.map(({ device }) => (device["target"] as Loose | undefined)?.["dev"] ?? device["mac"]);

test("nothing to do is no change", () => {
  expect(plan(base, base, base)).toMatchObject({ changes: false, boot: [], plug: [], unplug: [] });
});

test("memory and CPUs change live below what the running machine may have, and wait above it", () => {
  const below = plan(base, base, { ...base, currentMemory: "1536MiB", currentVcpus: 3 });
  expect(below).toMatchObject({ memory: 1536n * 1024n, vcpus: 3, boot: [] });
  const above = plan(base, base, { ...base, memory: "4GiB", currentMemory: "4GiB", vcpus: 8, currentVcpus: 8 });
  expect([...above.boot].sort()).toEqual(["memory", "vcpus"]);
});

test("a raised ceiling waits, though what is below it does not change", () => {
  expect(plan(base, base, { ...base, vcpus: 6 })).toMatchObject({ boot: ["vcpus"], vcpus: undefined });
  expect(plan(base, base, { ...base, memory: "4GiB" })).toMatchObject({ boot: ["memory"], memory: undefined });
});

test("disks and cards come and go; drives and SATA disks wait", () => {
  const today = { ...base, disks: [disk("vda", "/a"), disk("vdb", "/b")], interfaces: [nic("1"), nic("2")] };
  const wanted = { ...base, disks: [disk("vdb", "/b"), disk("vdc", "/c")], interfaces: [nic("2"), nic("3")] };
  const done = plan(today, today, wanted);
  expect(named(done.unplug).sort()).toEqual(["1", "vda"]);
  expect(named(done.plug).sort()).toEqual(["3", "vdc"]);
  expect(done.boot).toEqual([]);
  expect(plan(base, base, { ...base, disks: [cdrom("/a")] }).boot).toEqual(["disks"]);
  const sata = disk("sda", "/a", { target: { dev: "sda", bus: "sata" } });
  expect(plan(base, base, { ...base, disks: [sata] }).boot).toEqual(["disks"]);
});

test("a drive's medium is changed in the drive; a disk with another image is taken out and plugged in", () => {
  const today = { ...base, disks: [cdrom("/old"), disk("vda", "/a")] };
  const done = plan(today, today, { ...base, disks: [cdrom("/new"), disk("vda", "/b")] });
  expect(named(done.update)).toEqual(["sda"]);
  expect(done.update[0]?.device["source"]).toEqual({ file: "/new" });
  expect(named(done.unplug)).toEqual(["vda"]);
  expect(named(done.plug)).toEqual(["vda"]);
});

test("limits of a disk are set by their own call, all at once, and what was taken back is none", () => {
  const was = { totalBytesSec: "1000", totalIopsSec: "50" };
  const today = { ...base, disks: [disk("vda", "/a", { iotune: was })] };
  const done = plan(today, today, { ...base, disks: [disk("vda", "/a", { iotune: { readBytesSec: "7" } })] });
  const limits = { totalBytesSec: "0", totalIopsSec: "0", readBytesSec: "7" };
  expect(done).toMatchObject({ throttle: [{ disk: "vda", limits }], update: [], boot: [], unplug: [] });
  const none = plan(today, today, { ...base, disks: [disk("vda", "/a")] });
  expect(none.throttle).toEqual([{ disk: "vda", limits: { totalBytesSec: "0", totalIopsSec: "0" } }]);
});

test("an unplugged device is named as the running machine knows it", () => {
  const today = { ...base, disks: [disk("vda", "/a")] };
  const live = { ...base, disks: [disk("vda", "/a", { alias: "virtio-disk0" })] };
  expect(plan(live, today, base).unplug[0]?.device["alias"]).toBe("virtio-disk0");
});

test("what an earlier update could not plug in is found", () => {
  const persistent = { ...base, disks: [disk("vda", "/a"), disk("vdb", "/b")] };
  const live = { ...base, disks: [disk("vda", "/a"), disk("vdz", "/stranger")] };
  expect(named(lacking(live, persistent, persistent))).toEqual(["vdb"]);
});

test("what waits is forgotten once the running machine has it", () => {
  const wanted = { ...base, vcpus: 8 };
  expect(stillPending(["vcpus", "memory"], base, wanted)).toEqual(["vcpus"]);
  expect(stillPending(["vcpus"], wanted, wanted)).toEqual([]);
});

describe("drift", () => {
  const inputs = {
    name: "vm",
    memory: "1GiB",
    maxMemory: "2GiB",
    disks: [{ file: "/a", target: { dev: "vda", bus: "virtio" } }],
    __defaults: { rng: true, agent: true },
  };
  const before = expand({ ...inputs, ...inputs.__defaults, disks: [disk("vda", "/a")] } as Loose);
  const running = { state: "running", byLibvirt: false, fault: false, why: "" } as const;
  const seen = (value: Loose, power: Parameters<typeof driftedInputs>[2]["power"] = running) =>
    driftedInputs(inputs as never, before, { value, power, autostart: false }, true);

  test("without any the inputs are the very same object", () => {
    expect(seen(before)).toBe(inputs);
    expect(seen(before, { state: "paused", byLibvirt: true, fault: true, why: "an I/O error" })).toBe(inputs);
  });
  test("a balloon set by hand is `memory` where the program has a ceiling", () => {
    expect(seen({ ...before, currentMemory: "512MiB" })).toEqual({ ...inputs, memory: "512MiB" });
  });
  test("a device of ours that somebody took away is its property", () => {
    expect(seen({ ...before, rngs: [] })).toMatchObject({ rng: false, memory: "1GiB" });
  });
  test("a machine that was shut down is stopped", () => {
    expect(seen(before, { state: "stopped", byLibvirt: false, fault: false, why: "" })).toEqual({
      ...inputs,
      powerState: "stopped",
    });
  });
  test("a strange disk appears as an element", () => {
    const found = seen({ ...before, disks: [disk("vda", "/a"), disk("vdb", "/b")] })["disks"] as unknown as Loose[];
    expect(found).toHaveLength(2);
    expect(found[0]).toBe(inputs.disks[0]);
  });
});

test("contract undoes expand", () => {
  const inputs = { memory: "1GiB", maxMemory: "2GiB", vcpus: 1, maxVcpus: 2, rng: true, agent: true, console: true };
  expect(contract(expand(inputs), inputs)).toEqual(inputs);
});
