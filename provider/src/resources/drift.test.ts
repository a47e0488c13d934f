import { resources } from "../model";
import type { Bag } from "../plugin/resource";
import { read } from "../vocabulary";
import { parse } from "../xml";
import { driftedInputs } from "./domain/drift";
import { seenToday } from "./look";
import { hidden, packBaseline } from "./state";
import type { Loose } from "./values";

const Domain = resources.Domain.inputs;
const value = (inner: string): Loose =>
  read(Domain, parse(`<domain type='kvm'><name>vm</name>${inner}</domain>`)) as Loose;
const power = { state: "running", byLibvirt: false, fault: false, why: "" } as const;
const seen = (inputs: Bag, before: string, today: string, sameLibvirt = false): Bag =>
  driftedInputs(inputs, value(before), { value: value(today), power, autostart: false }, sameLibvirt);
const devices = (...all: string[]): string => `<devices>${all.join("")}</devices>`;
const disk = (target: string, file: string, more = ""): string =>
  `<disk type='file' device='disk'><driver name='qemu' type='qcow2'${more}/><source file='${file}'/><target dev='${target}' bus='virtio'/></disk>`;

describe("after an upgrade of libvirt", () => {
  const cpu = { name: "vm", cpu: { mode: "host-model" } };
  test("what it fills in beside what the program says is no drift", () => {
    const filled = "<cpu mode='host-model' check='partial' migratable='on'/>";
    expect(seen(cpu, "<cpu mode='host-model'/>", filled)).toBe(cpu);
    expect(seen(cpu, "<cpu mode='host-model'/>", filled, true)).not.toBe(cpu);
  });
  test("what the program says is compared, path by path", () => {
    const today = "<cpu mode='host-passthrough' check='partial'/>";
    expect(seen(cpu, "<cpu mode='host-model'/>", today)).toEqual({ name: "vm", cpu: { mode: "host-passthrough" } });
  });
  test("items of lists are compared by their keys", () => {
    const disks = { name: "vm", disks: [{ file: "/b", target: { dev: "vdb", bus: "virtio" } }] };
    const before = devices(disk("vda", "/strange"), disk("vdb", "/b"));
    expect(seen(disks, before, devices(disk("vda", "/other"), disk("vdb", "/b", " discard='unmap'")))).toBe(disks);
    expect(seen(disks, before, devices(disk("vdb", "/c"))).disks).toEqual([
      expect.objectContaining({ file: "/c", target: { dev: "vdb", bus: "virtio" } }),
    ]);
    expect(seen(disks, before, devices(disk("vda", "/strange")))["disks"]).toBeUndefined();
  });
  test("what is said in other words than libvirt's is compared whole", () => {
    const disks = { name: "vm", disks: [{ volume: "default/b", target: { dev: "vdb", bus: "virtio" } }] };
    expect(seen(disks, devices(disk("vdb", "/b")), devices(disk("vdb", "/b", " cache='none'")))).toBe(disks);
    expect(seen(disks, devices(disk("vdb", "/b")), devices(disk("vdb", "/c")))).not.toBe(disks);
  });
  test("a default that somebody took away is seen", () => {
    const inputs = { name: "vm", [hidden.defaults]: { features: { acpi: true, apic: {} } } };
    const before = "<features><acpi/><apic/></features>";
    expect(seen(inputs, before, "<features><apic/></features>")[hidden.removed]).toEqual(["features.acpi"]);
  });
  test("pools and networks are compared in the same way", () => {
    const inputs = { name: "lan", forward: { mode: "nat" } };
    const network = (inner: string): string =>
      `<network><name>lan</name><forward mode='nat'>${inner}</forward></network>`;
    const baseline = packBaseline({ xml: network(""), libvirt: "9.0.0" });
    const today = network("<nat><port start='1024' end='65535'/></nat>");
    const now = (libvirt: string): Bag =>
      seenToday(resources.Network.inputs, inputs, baseline, { xml: today, libvirt });
    expect(now("10.0.0")).toBe(inputs);
    expect(now("9.0.0")).not.toBe(inputs);
  });
});
