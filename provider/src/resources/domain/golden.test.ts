/** Whole documents: what a program says, and what libvirt is told of it. `UPDATE_GOLDEN=1` writes them anew. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { resources } from "../../model";
import type { Bag } from "../../plugin/resource";
import { print } from "../../xml";
import { applyEdits, editsOf } from "../edits";
import { effective } from "../inputs";
import { contextOf } from "../testing/context";
import type { Loose } from "../values";
import { check } from "./check";
import { hostDefaults } from "./defaults";
import { expand } from "./expand";
import { importedInputs } from "./import";
import { putMark } from "./mark";
import { writing } from "./render";
import { type Places, placed } from "./resolve";

const folder = join(__dirname, "golden");
const hosts = {
  names: [],
  get: () => {
    throw new Error("no host is asked");
  },
  close: async () => undefined,
};
const places: Places = new Map([
  ["default/root", { type: "file", path: "/var/lib/libvirt/images/root", format: "qcow2" }],
  ["vg/data", { type: "block", path: "/dev/vg/data", format: "raw" }],
]);

function rendered(news: Bag, facts: { type: string; arch: string }, seed?: string): string {
  const request = {
    urn: "urn:vm",
    name: "vm",
    olds: undefined,
    news: { values: news, secrets: [] },
    autonaming: undefined,
  };
  const { inputs, failures } = check({ ...contextOf(), hosts: () => hosts }, request);
  expect(failures).toEqual([]);
  const wanted = effective(resources.Domain.inputs, inputs.values) as Loose;
  const node = writing(hostDefaults(placed(expand(wanted, { seed }), places), facts, wanted["preset"] === "none"));
  putMark(node, { owner: "owner", urn: "urn:vm", nonce: "nonce" });
  applyEdits(node, [], editsOf(wanted));
  return print(node);
}

const kvm = { type: "kvm", arch: "x86_64" };
const cases: Record<string, () => string> = {
  minimal: () => rendered({ memory: "1GiB" }, kvm),
  quickstart: () =>
    rendered(
      {
        memory: "4GiB",
        vcpus: 2,
        disks: [{ volume: "default/root" }, { volume: "vg/data" }],
        interfaces: [{ network: "default" }],
        cloudInit: { userData: "#cloud-config\n" },
      },
      { type: "qemu", arch: "x86_64" },
      "/var/lib/libvirt/images/vm.seed.iso",
    ),
  ceilings: () => rendered({ memory: "1GiB", maxMemory: "4GiB", vcpus: 1, maxVcpus: 4 }, kvm),
  screen: () =>
    rendered(
      { memory: "1GiB", graphics: [{ type: "vnc", autoport: true }], agent: false, rng: false, console: false },
      kvm,
    ),
  windows: () =>
    rendered(
      {
        preset: "windows-server-2025",
        memory: "4GiB",
        disks: [{ volume: "default/root" }, { file: "/iso/windows.iso", device: "cdrom" }],
        interfaces: [{ network: "default" }],
      },
      kvm,
    ),
  freebsd: () =>
    rendered(
      {
        preset: "freebsd",
        memory: "1GiB",
        disks: [{ volume: "default/root" }],
        graphics: [{ type: "vnc", autoport: true }],
        metadata: { "urn:x": "<x:a xmlns:x='urn:x'/>" },
      },
      { type: "qemu", arch: "x86_64" },
    ),
  arm: () => rendered({ memory: "1GiB", interfaces: [{ bridge: "br0" }] }, { type: "kvm", arch: "aarch64" }),
  bare: () => rendered({ preset: "none", memory: "1GiB", disks: [{ file: "/a.img" }] }, kvm),
  edited: () =>
    rendered(
      {
        memory: "1GiB",
        preset: "none",
        xml: [
          { set: "./os/type/@machine", value: "pc" },
          { add: "./devices", xml: "<watchdog model='i6300esb'/>" },
        ],
      },
      kvm,
    ),
};

test.each(Object.keys(cases))("%s", (name) => {
  const xml = cases[name]?.() ?? "";
  const file = join(folder, `${name}.xml`);
  if (process.env["UPDATE_GOLDEN"]) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, xml);
  }
  expect(xml).toBe(readFileSync(file, "utf8"));
});

test.each(Object.keys(cases))("%s, imported, made and imported again, is the same", (name) => {
  const looked = { power: { state: "stopped", byLibvirt: false, fault: false, why: "" }, autostart: false } as const;
  const inputs = importedInputs(cases[name]?.() ?? "", looked, undefined);
  const again = rendered(Object.fromEntries(Object.entries(inputs).filter(([key]) => !key.startsWith("__"))), kvm);
  expect(importedInputs(again, looked, undefined)).toEqual(inputs);
});
