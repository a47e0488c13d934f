import fc from "fast-check";
import { Domain } from "../model";
import { hasUnknown, unknown } from "../unknown";
import { diff, knownPart, long } from ".";
import { values } from "./value.arbitrary";

const known = (was: object, want: object): object => knownPart(Domain, long(Domain, was), long(Domain, want as never));
/** A value in which what stands at some places is not known; `holes` chooses them. */
function punched(value: unknown, holes: () => boolean): unknown {
  if (holes()) return unknown;
  // Of several items, one that says half of what it said may be any of them.
  if (Array.isArray(value) && value.length > 1) return value.map((item: unknown) => (holes() ? unknown : item));
  if (Array.isArray(value)) return value.map((item) => punched(item, holes));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, punched(inner, holes)]));
}

test("nothing unknown is left, and what is as it was but for that is no change", () => {
  const cases = fc.tuple(values(Domain), fc.array(fc.boolean(), { minLength: 1 }));
  fc.assert(
    fc.property(cases, ([value, chances]) => {
      let n = 0;
      const holes = (): boolean => n++ > 0 && n % 3 === 0 && chances[n % chances.length] === true;
      const part = known(value, punched(value, holes) as object);
      expect(hasUnknown(part)).toBe(false);
      expect(diff(Domain, value, part)).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

test("what is known arrives beside what is not", () => {
  const was = { title: "old", metadata: { "urn:a": "<a/>" }, disks: [{ file: "/a", target: { dev: "vda" } }] };
  const want = {
    title: "new",
    description: unknown,
    metadata: { "urn:a": unknown, "urn:b": "<b/>" },
    disks: [
      { volume: unknown, target: { dev: "vdb" } },
      { file: unknown, serial: "one", target: { dev: "vda" } },
    ],
  };
  expect(known(was, want)).toEqual({
    title: "new",
    metadata: { "urn:a": "<a/>", "urn:b": "<b/>" },
    disks: [
      { type: "volume", source: {}, target: { dev: "vdb" } },
      { type: "file", source: { file: "/a" }, serial: "one", target: { dev: "vda" } },
    ],
  });
});
