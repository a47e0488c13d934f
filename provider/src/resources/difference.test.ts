import { resources } from "../model";
import type { Bag } from "../plugin/resource";
import { differences } from "./difference";

const target = { dev: "vda", bus: "virtio" };
const disks = (disk: Bag): Bag => ({ disks: [{ target, ...disk }] });
const changes = (olds: Bag, news: Bag, ...ignored: string[]): unknown[] =>
  differences(resources.Domain.inputs, olds, news, ignored).changes.map(
    ({ property, kind }) => `${property.join(".")} ${kind}`,
  );
const [a, b] = [disks({ file: "/a" }), disks({ file: "/b" })];

test("a change is told where the program says it, and ignored by the path that tells it", () => {
  expect(changes(a, b)).toEqual(["disks.0.file update"]);
  const same = { target: { dev: "vda", bus: "virtio" } };
  expect(changes({ disks: [{ ...same, volume: "p/a" }] }, { disks: [{ ...same, volume: "p/b" }] })).toEqual([
    "disks.0.volume update",
  ]);
  for (const path of ["disks[0].file", "disks[*].file", "disks[0].source.file", "disks[0]", "disks"])
    expect(changes(a, b, path)).toEqual([]);
  for (const path of ["disks[1].file", "disks[0].volume", "disks[0].target"])
    expect(changes(a, b, path)).toHaveLength(1);
});
test("another short form is two properties' change", () => {
  expect(changes(a, disks({ volume: "p/a" }))).toEqual(["disks.0.volume update", "disks.0.file update"]);
});
test("the long form is told by its own path", () => {
  const long = (file: string): Bag => disks({ type: "file", source: { file } });
  expect(changes(long("/a"), long("/b"))).toEqual(["disks.0.source.file update"]);
  expect(changes({ title: "t" }, {})).toEqual(["title delete"]);
  expect(changes({ cpu: { mode: "maximum" } }, { cpu: { mode: "maximum", check: "none" } })).toEqual(["cpu.check add"]);
});
