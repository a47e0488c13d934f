import { idOf, parse, parsed } from "./id";

test.each([
  ["default/root.qcow2", { pool: "default", name: "root.qcow2" }],
  ["my pool/a b.img", { pool: "my pool", name: "a b.img" }],
  ["gluster/dir/disk", { pool: "gluster", name: "dir/disk" }],
])("%s is a volume, and back", (id, volume) => {
  expect(parse(id)).toEqual(volume);
  expect(idOf(parsed(id))).toBe(id);
});
test.each(["", "default", "/root", "default/"])("%j is none, and says how one is written", (id) => {
  expect(parse(id)).toBeUndefined();
  expect(() => parsed(id)).toThrow(/pool\/volume/);
});
