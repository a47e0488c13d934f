/** Whole documents, a file for each family of elements, with things side by side that no one machine has: nothing of them is lost, nothing is left over, and nothing declared is in none. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brief, check, diff, type Element, long, merge, read, type Shape, write } from "../vocabulary";
import { canonical, parse, print } from "../xml";
import { Domain, Network } from ".";
import { kinds } from "./kinds";
import { declared, left, strike } from "./testing/said";

const folder = join(__dirname, "golden");
const golden = readdirSync(folder).map((file) => file.replace(/\.xml$/, ""));
const load = (name: string) => parse(readFileSync(join(folder, `${name}.xml`), "utf8"));
function kindOf(name: string): Element<Shape> {
  const kind = kinds[name];
  if (!kind) throw new Error(`no declaration of <${name}>`);
  return kind;
}

/** Every leftover, with where it is. */
function leftovers(value: unknown, at = ""): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Reflect.ownKeys(value).flatMap((key) => {
    const inner: unknown = Reflect.get(value, key);
    return typeof key === "symbol" ? [`${at}: ${JSON.stringify(inner)}`] : leftovers(inner, `${at}.${key}`);
  });
}

describe.each(golden)("%s", (name) => {
  const tree = load(name);
  const of = kindOf(tree.name);
  const value = read(of, tree);
  test("comes back as it was", () => {
    expect(canonical(parse(print(write(of, value))))).toBe(canonical(tree));
  });
  test("leaves nothing over", () => {
    expect(leftovers(value)).toEqual([]);
  });
  test("says in short what it says at length", () => {
    expect(diff(of, value, long(of, brief(of, value)))).toEqual([]);
  });
  if (value["name"] !== undefined)
    test("survives a change that is taken back", () => {
      const changed = merge(of, value, {}, { name: "other" });
      expect(diff(of, value, changed)).toMatchObject([{ path: ["name"] }]);
      expect(merge(of, changed, { name: "other" }, { name: value["name"] })).toEqual(value);
    });
});

test("every property and variant of every kind is in one of the files", () => {
  // What several kinds share is one, and need be said in the files of one of them.
  const known = new Map(Object.values(kinds).flatMap((of) => [...declared(of)]));
  for (const tree of golden.map(load)) strike(kindOf(tree.name), read(kindOf(tree.name), tree), known);
  expect(left(known)).toEqual([]);
});

test("an imported domain or network is one that a program may say", () => {
  expect(check(Domain, brief(Domain, read(Domain, load("domain-rich"))))).toEqual([]);
  expect(check(Network, brief(Network, read(Network, load("network-rich"))))).toEqual([]);
});

test("a program that changes one thing of a real domain changes that alone", () => {
  const today = read(Domain, load("domain-rich"));
  const was = long(Domain, {
    memory: "2GiB",
    disks: [{ file: "/var/lib/libvirt/images/root.qcow2", target: { dev: "vda" } }],
    interfaces: [
      { network: "default", mac: "52:54:00:00:00:01" },
      { bridge: "br0", mac: "52:54:00:00:00:02" },
    ],
  });
  const want = long(Domain, {
    memory: "2048MiB",
    disks: [
      { file: "/var/lib/libvirt/images/root.qcow2", target: { dev: "vda" } },
      { block: "/dev/sdz", target: { dev: "vdz" } },
    ],
    interfaces: [{ bridge: "br0", mac: "52:54:00:00:00:02" }],
  });
  const merged = merge(Domain, today, was, want);
  expect(diff(Domain, today, merged)).toMatchObject([
    { path: ["disks", 5], kind: "add", lands: "plug" },
    { path: ["interfaces", 0], kind: "delete", lands: "plug", from: { mac: "52:54:00:00:00:01" } },
  ]);
  expect(merged.interfaces?.map((i) => i.mac)).toEqual(["52:54:00:00:00:02", "52:54:00:00:00:03"]);
  expect(merged.interfaces?.[0]?.address).toEqual(today.interfaces?.[1]?.address);
});

test("what somebody changed on the host arrives in the program's own words", () => {
  const before = read(Domain, load("domain-plain"));
  const text = print(load("domain-plain")).replace(
    "<currentMemory unit='KiB'>524288",
    "<currentMemory unit='KiB'>262144",
  );
  const inputs = long(Domain, { memory: "512MiB", disks: [{ file: "/a.qcow2", target: { dev: "vda" } }] });
  const drifted = merge(Domain, inputs, before, read(Domain, parse(text)));
  expect(brief(Domain, drifted)).toEqual({
    memory: "512MiB",
    currentMemory: "256MiB",
    disks: [{ file: "/a.qcow2", target: { dev: "vda" } }],
  });
});
