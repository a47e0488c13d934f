import { resources } from "../model";
import type { Bag, Path } from "../plugin/resource";
import { secretsKept } from "./secrets";

const disk = (dev: string, more: Bag = {}): Bag => ({ file: `/${dev}`, target: { dev, bus: "virtio" }, ...more });
const kept = (was: Bag, now: Bag, ...secrets: Path[]): Path[] =>
  secretsKept(resources.Domain.inputs, was, now, secrets);

test("a secret of an item of a list goes where the item went", () => {
  const was = { disks: [disk("vda"), disk("vdb", { serial: "s" })] };
  const serial: Path = ["disks", 1, "serial"];
  expect(kept(was, was, serial)).toEqual([serial]);
  expect(kept(was, { disks: [disk("vdb", { serial: "s" })] }, serial)).toEqual([["disks", 0, "serial"]]);
  const before = { disks: [disk("vdx"), disk("vda"), disk("vdb", { serial: "s" })] };
  expect(kept(was, before, serial, ["disks", 0])).toEqual([
    ["disks", 2, "serial"],
    ["disks", 1],
  ]);
  expect(kept(was, { disks: [disk("vda")] }, serial)).toEqual([]);
});
test("a secret is not shown by another spelling", () => {
  const was = { title: "t", description: "d", disks: [disk("vda")] };
  const target = { dev: "vda", bus: "virtio" };
  const now = {
    description: "d",
    disks: [{ type: "file", source: { file: "/vda", startupPolicy: "optional" }, target }],
  };
  expect(kept(was, now, ["disks", 0, "file"], ["title"], ["description"], ["disks"])).toEqual([
    ["disks", 0],
    ["description"],
    ["disks"],
  ]);
});
