/** Differences and merges by example; the laws are in laws.test.ts. */
import { Domain } from "../model";
import { unknown } from "../unknown";
import { parse } from "../xml";
import { attr, type Change, child, diff, element, list, long, merge, read, rest, text } from ".";
import { Toy, type Toy as Value } from "./toy.arbitrary";

const told = (changes: Change[]): string[] =>
  changes.map(({ path, kind, lands }) => `${kind} ${path.join(".")} ${lands}`);

describe("diff", () => {
  test("the same said otherwise is no change", () => {
    expect(
      diff(Toy, { memory: "1GiB", parts: [{ id: "a", readonly: false }] }, { memory: "1024MiB", parts: [{ id: "a" }] }),
    ).toEqual([]);
    const [a, b] = ["<x:a xmlns:x='urn:x'/>", "<a xmlns='urn:x'></a>"];
    expect(diff(Toy, { metadata: { "urn:x": a } }, { metadata: { "urn:x": b } })).toEqual([]);
  });
  test("each change lands by its own verb, or that of what is around it", () => {
    const a: Value = { name: "a", parts: [{ id: "1", limit: "1KiB", source: { file: "/a" } }, { id: "2" }] };
    const b: Value = {
      name: "b",
      parts: [{ id: "3" }, { id: "1", limit: "2KiB", source: { file: "/b" }, readonly: true }],
    };
    expect(told(diff(Toy, a, b))).toEqual([
      "update name replace",
      "add parts.0 plug",
      "update parts.1.limit update",
      "update parts.1.source.file media",
      "add parts.1.readonly boot",
      "delete parts.1 plug",
    ]);
  });
  test("what is not known yet counts as changed", () => {
    const b = { name: unknown, parts: [{ id: "1", limit: unknown }], words: unknown } as unknown as Value;
    expect(told(diff(Toy, { name: "a", parts: [{ id: "1", limit: "1KiB" }] }, b))).toEqual([
      "update name replace",
      "update parts.0.limit update",
      "add words boot",
    ]);
  });
  test("a key that is made of what is not known yet joins nothing, and breaks nothing", () => {
    const Volume = element("volume", "", { pool: attr(text, ""), name: attr(text, "") });
    const Holder = element("holder", "", { volumes: list(child(Volume), (v) => `${v.pool}/${v.name}`) });
    const [old, fresh] = [
      { pool: "p", name: "a" },
      { pool: unknown, name: unknown },
    ];
    const both = { volumes: [fresh, old] } as never;
    expect(told(diff(Holder, { volumes: [old] }, both))).toEqual(["add volumes.0 boot"]);
    expect(merge(Holder, { volumes: [old] }, { volumes: [old] }, both)).toEqual({ volumes: [old, fresh] });
  });
  test("the order of items says nothing, that of words does", () => {
    expect(diff(Toy, { parts: [{ id: "1" }, { id: "2" }] }, { parts: [{ id: "2" }, { id: "1" }] })).toEqual([]);
    expect(told(diff(Toy, { words: ["a", "b"] }, { words: ["b", "a"] }))).toEqual(["update words boot"]);
  });
  test("another order is a change where it has a meaning, and what comes between or goes is none of the others", () => {
    const hops = (...names: string[]): Value => ({ hops: names.map((by) => ({ by })) });
    expect(told(diff(Toy, hops("a", "b"), hops("b", "a")))).toEqual(["update hops boot"]);
    expect(told(diff(Toy, hops("a", "b"), hops("x", "a", "y", "b")))).toEqual(["add hops.0 boot", "add hops.2 boot"]);
    expect(told(diff(Toy, hops("a", "b", "c"), hops("a", "c")))).toEqual(["delete hops.1 boot"]);
  });
  test("the better key decides: an alias stays though all else changes", () => {
    expect(told(diff(Toy, { parts: [{ alias: "x", id: "1" }] }, { parts: [{ alias: "x", id: "2" }] }))).toEqual([
      "update parts.0.id boot",
    ]);
    expect(told(diff(Toy, { parts: [{ alias: "x", id: "1" }] }, { parts: [{ alias: "y", id: "1" }] }))).toEqual([
      "add parts.0 plug",
      "delete parts.0 plug",
    ]);
    expect(told(diff(Toy, { parts: [{ id: "1" }] }, { parts: [{ alias: "x", id: "1" }] }))).toEqual([
      "add parts.0.alias boot",
    ]);
  });
  test("without keys, the item that is gone is the one that is gone", () => {
    expect(diff(Toy, { plain: [{ a: "1" }, { a: "2" }] }, { plain: [{ a: "2" }] })).toMatchObject([
      { path: ["plain", 0], kind: "delete", from: { a: "1" } },
    ]);
  });
});

describe("merge", () => {
  test.each([
    ["what is new stands where the program says it", "abc", "abc", "xaybc", "xaybc"],
    ["what somebody put between stays there", "asbc", "abc", "axbc", "axsbc"],
    ["an order that somebody changed stays where the program changed none", "cab", "abc", "abxc", "cabx"],
    ["an order that the program changes arrives, and strangers keep their neighbour", "asbc", "abc", "cba", "cbas"],
    ["what somebody took away stays away", "ac", "abc", "cba", "ca"],
  ])("of items in order: %s", (_, base, was, want, merged) => {
    const hops = (names: string): Value => ({ hops: [...names].map((by) => ({ by })) });
    expect(merge(Toy, hops(base), hops(was), hops(want))).toEqual(hops(merged));
  });
  const base = read(
    Toy,
    parse(`<toy count='3' odd='1'><driver name='qemu' cache='none'/><devices><part type='file' id='1'><source file='/a'/><shiny/></part>
      <part id='theirs'/><word dev='a'/></devices><metadata><t:x xmlns:t='urn:theirs'/></metadata></toy>`),
  );
  test("others' things stay, leftovers too; the program's changes arrive", () => {
    const merged = merge(
      Toy,
      base,
      { count: 3, parts: [{ id: "1" }] },
      {
        count: 4,
        parts: [{ id: "1", readonly: true }, { id: "2" }],
        metadata: { "urn:ours": "<a xmlns='urn:ours'/>" },
      },
    );
    expect(merged.parts?.map((p) => p.id)).toEqual(["1", "theirs", "2"]);
    expect(merged.parts?.[0]).toMatchObject({
      readonly: true,
      source: { file: "/a" },
      [rest]: { children: [{ name: "shiny" }] },
    });
    expect(Object.keys(merged.metadata ?? {})).toEqual(["urn:theirs", "urn:ours"]);
    expect(merged).toMatchObject({ count: 4, [rest]: { attrs: { odd: "1" } } });
  });
  test("what the program takes back goes, but for what others put there", () => {
    expect(merge(Toy, base, { driver: { cache: "none" } }, {}).driver).toBeUndefined(); // the name is libvirt's own
    expect(merge(Toy, { driver: { name: "q", cache: "x" } }, { driver: { name: "q" } }, {}).driver).toEqual({
      cache: "x",
    });
  });
  test("a thing that somebody took away comes back whole when the program changes it", () => {
    const merged = merge(Toy, {}, { parts: [{ id: "1", limit: "1KiB" }] }, { parts: [{ id: "1", limit: "2KiB" }] });
    expect(merged.parts).toEqual([{ id: "1", limit: "2KiB" }]);
  });
  test("a thing that somebody took away stays away when the program does not change it", () => {
    expect(merge(Toy, {}, { parts: [{ id: "1" }], name: "a" }, { parts: [{ id: "1" }], name: "b" })).toEqual({
      name: "b",
    });
  });
  test("what is there already under its key is not made twice", () => {
    expect(merge(Toy, base, {}, { parts: [{ id: "theirs", readonly: true }] }).parts?.map((p) => p.id)).toEqual([
      "1",
      "theirs",
    ]);
  });
  test("what is not known yet is not known afterwards", () => {
    expect(merge(Toy, base, {}, { name: unknown } as unknown as Value).name).toBe(unknown);
  });
  test("a removed first card leaves the second alone", () => {
    const cards = (...macs: string[]) => long(Domain, { interfaces: macs.map((mac) => ({ network: "default", mac })) });
    const today = read(
      Domain,
      parse(`<domain><devices><interface type='network'><mac address='52:54:00:00:00:01'/><source network='default'/><address type='pci' slot='0x03'/></interface>
        <interface type='network'><mac address='52:54:00:00:00:02'/><source network='default'/><address type='pci' slot='0x04'/></interface></devices></domain>`),
    );
    const merged = merge(Domain, today, cards("52:54:00:00:00:01", "52:54:00:00:00:02"), cards("52:54:00:00:00:02"));
    expect(merged.interfaces).toEqual(today.interfaces?.slice(1));
  });
});
