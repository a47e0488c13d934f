/** Short forms, sizes, secrets and edits by example. */
import { configuration, Domain, Graphics } from "../model";
import { unknown } from "../unknown";
import { canonical, parse, print } from "../xml";
import {
  apply,
  attr,
  brief,
  bytes,
  check,
  diff,
  digits,
  element,
  long,
  normal,
  read,
  secretPaths,
  size,
  sizeIn,
  write,
} from ".";
import { Toy } from "./toy.arbitrary";

describe("short forms", () => {
  const pairs: [object, object][] = [
    [{ file: "/a" }, { type: "file", source: { file: "/a" } }],
    [{ volume: "p/v/w" }, { type: "pair", source: { pool: "p", volume: "v/w" } }],
    [{ via: { dev: "d", mode: "fast" as const } }, { type: "via", source: { dev: "d", mode: "fast" } }],
  ];
  test.each(pairs)("%j is %j", (said, meant) => {
    expect(long(Toy, { parts: [said] } as never).parts).toEqual([meant]);
    expect(brief(Toy, { parts: [meant] } as never).parts).toEqual([said]);
  });
  test("what says more stays long", () => {
    const meant = { type: "file" as const, source: { file: "/a", tls: true } };
    expect(brief(Toy, { parts: [meant] }).parts).toEqual([meant]);
  });
  test("what is not known yet is not known in the long form", () => {
    const said = { parts: [{ volume: unknown }] };
    expect(long(Toy, said as never).parts).toEqual([{ type: "pair", source: { pool: unknown, volume: unknown } }]);
  });
  test("libvirt's spelling leaves short forms as they are said", () => {
    const said = { uuid: "0A1B2C3D4E5F8A7B9C8D7E6F5A4B3C2D", disks: [{ volume: "p/v" }, unknown], memory: "2GiB" };
    expect(normal(Domain, said as never)).toEqual({ ...said, uuid: "0a1b2c3d-4e5f-8a7b-9c8d-7e6f5a4b3c2d" });
  });
  test("beside a source, the short form adds to it", () => {
    expect(long(Toy, { parts: [{ file: "/a", source: { tls: true } }] }).parts).toEqual([
      { type: "file", source: { file: "/a", tls: true } },
    ]);
  });
});

describe("items of several names", () => {
  const xml = "<toy><go to='a'/><stop at='b' odd='1'/><go to='c'><far/></go></toy>";
  test("keep their order among each other, and what the model does not know", () => {
    const toy = read(Toy, parse(xml));
    expect(toy.steps).toMatchObject([{ go: { to: "a" } }, { stop: { at: "b" } }, { go: { to: "c", far: true } }]);
    const names = write(Toy, toy).children.map(({ name, attrs }) => [name, ...Object.values(attrs)]);
    expect(names).toEqual([
      ["go", "a"],
      ["stop", "b", "1"],
      ["go", "c"],
    ]);
  });
  test("are one thing each", () => {
    const faults = check(Toy, {
      steps: [{ go: { to: "a" } }, {}, { go: { to: "a" }, stop: { at: "b" } }, { stop: unknown }],
    });
    expect(faults).toEqual([1, 2].map((i) => ({ path: ["steps", i], reason: "must have exactly one of go and stop" })));
  });
});

describe("sizes", () => {
  test.each([
    ["2GiB", 2n ** 31n],
    ["500MB", 500_000_000n],
    ["1 k", 1024n],
    ["7", 7n],
    ["7 bytes", 7n],
    ["1EiB", 2n ** 60n],
    ["2Gi", undefined],
    ["1.5GiB", undefined],
    ["-1GiB", undefined],
    ["GiB", undefined],
    ["", undefined],
  ])("%s is %s bytes", (said, meant) => expect(bytes(said)).toBe(meant));
  test("the unit is always written", () => {
    expect(print(write(Toy, { memory: "4096" }))).toContain("<memory unit='b'>4096</memory>");
    expect(print(write(Toy, { ram: "16MiB" }))).toContain("ram='16384'");
  });
  test("an import reads in the largest unit that is exact", () => {
    expect(brief(Toy, { memory: "2097152KiB" }).memory).toBe("2GiB");
    expect(brief(Toy, { memory: "1500KB" }).memory).toBe("1500000");
  });
  test("what is too small, or no whole number of libvirt's units, is refused", () => {
    expect(size("KiB", 1024n).fault?.("1023")).toContain("at least 1KiB");
    expect(sizeIn("KiB").fault?.("1500")).toContain("whole KiB");
  });
});

test("secrets are found wherever they stand", () => {
  expect(secretPaths(Toy, { login: { user: "u", password: "p" } })).toEqual([["login", "password"]]);
  expect(secretPaths(Domain, { graphics: [{ type: "sdl" }, { type: "vnc", passwd: "p" }] })).toEqual([
    ["graphics", 1, "passwd"],
  ]);
  expect(secretPaths(configuration, { hosts: { a: { uri: "u", ssh: { privateKey: "k" } } } })).toEqual([
    ["hosts", "a", "ssh", "privateKey"],
  ]);
  expect(Graphics.shape.passwd.facts.secret).toBe(true);
});

describe("edits", () => {
  const document = "<domain><devices><disk a='1'><driver/></disk><disk a='2'/></devices><name>n</name></domain>";
  const edited = (...list: Parameters<typeof apply>[1][number][]): string => {
    const root = parse(document);
    apply(root, list);
    return canonical(root);
  };
  const is = (xml: string): string => canonical(parse(xml));
  test("set an attribute, a text, an element that is not there", () => {
    expect(
      edited(
        { set: "./devices/disk[1]/driver/@discard_no_unref", value: "on" },
        { set: "./name/text()", value: "m" },
        { set: "./title", value: "t" },
      ),
    ).toBe(
      is(
        "<domain><devices><disk a='1'><driver discard_no_unref='on'/></disk><disk a='2'/></devices><name>m</name><title>t</title></domain>",
      ),
    );
  });
  test("add and delete", () => {
    expect(
      edited(
        { add: "./devices/disk[@a='2']", xml: "<serial>s</serial>" },
        { delete: "./devices/disk[1]" },
        { delete: "./name" },
      ),
    ).toBe(is("<domain><devices><disk a='2'><serial>s</serial></disk></devices></domain>"));
  });
  test.each([
    [{ set: "./devices/disk[3]/@a", value: "1" }, /there is no disk\[3\] in devices/],
    [{ set: "/domain/@a", value: "1" }, /is no path/],
    [{ delete: "name" }, /is no path/],
    [{ add: "./nowhere", xml: "<a/>" }, /there is no nowhere in domain/],
    [{ add: "./devices", xml: "<a>" }, /cannot be read/],
  ])("%j leads nowhere, and says so", (edit, problem) => {
    expect(() => apply(parse(document), [edit])).toThrow(problem);
  });
});

describe("numbers in digits", () => {
  const Counter = element("counter", "", { count: attr(digits, "") });
  test("may be said as numbers, and only their amount counts", () => {
    const said = { count: 0x835 } as never;
    expect(check(Counter, said)).toEqual([]);
    expect(normal(Counter, said)).toEqual({ count: "2101" });
    expect(diff(Counter, { count: "0x835" }, { count: "2101" })).toEqual([]);
    expect(diff(Counter, { count: "0x835" }, { count: "835" })).toHaveLength(1);
  });
  test.each([1.5, 2 ** 60, Number.NaN])("%p is none that a number can hold", (count) => {
    expect(check(Counter, { count })).toEqual([{ path: ["count"], reason: "must be a string" }]);
  });
});
