import { parse, print } from "../xml";
import { applyEdits } from "./edits";

const flat = (xml: string): string => print(parse(xml)).replace(/>\s+</g, "><").trim();
const brought = (xml: string, ...[was, want]: [Parameters<typeof applyEdits>[1], Parameters<typeof applyEdits>[2]]) => {
  const root = parse(xml);
  applyEdits(root, was, want);
  return flat(print(root));
};
const set = { set: "./a/@x", value: "1" };
const add = { add: ".", xml: "<b y='2'/>" };

test("new edits are made, and those that were made already are not made again", () => {
  expect(brought("<r><a/></r>", [], [set, add])).toBe(flat("<r><a x='1'/><b y='2'/></r>"));
  expect(brought("<r><a x='7'/></r>", [set, add], [add, { value: "1", set: "./a/@x" }])).toBe(
    flat("<r><a x='7'/></r>"),
  );
});
test("edits that are no more are undone, also where libvirt said more of what they added", () => {
  expect(brought("<r><a x='1'/><b y='2' z='3'><address/></b></r>", [set, add], [])).toBe(flat("<r><a/></r>"));
});
test("an edit with another value is set anew", () => {
  expect(brought("<r><a x='1'/></r>", [set], [{ ...set, value: "2" }])).toBe(flat("<r><a x='2'/></r>"));
});
test("what is not there any more needs no undoing, and what was deleted cannot come back", () => {
  expect(brought("<r/>", [set, add, { delete: "./c[1]" }], [])).toBe(flat("<r/>"));
});
