/** Network filters, by the real engine on real hosts. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { lab, on, virsh } from "../lab/lab";
import { type Outcome, type Stack, stack } from "./engine";

const { own, eta } = lab();
const { name: host, uri } = own;
const token = "kvm:index:NwFilter";
const urn = "urn:pulumi:test::e2e::kvm:index:NwFilter::filter";
let s: Stack;
beforeAll(() => {
  s = stack({ uri });
});
afterAll(async () => {
  await s.destroy();
  s.remove();
});

const web = 'rule: { action: accept, direction: in, tcp: { dstportstart: "443" } }';
const ssh = 'rule: { action: accept, direction: in, tcp: { dstportstart: "22" } }';
const clean = "filterref: { filter: clean-traffic }";
const program = (entries: readonly string[], name = "e2e-filter"): string => `resources:
  filter:
    type: kvm:NwFilter
    properties: { name: ${name}, entries: [${entries.map((entry) => `{ ${entry} }`).join(", ")}] }
outputs: { uuid: "\${filter.uuid}" }
`;
/** What would be done beside looking. */
const planned = ({ changes: { refresh: _, ...rest } }: Outcome): Record<string, number> => rest;
const definition = (name = "e2e-filter"): Promise<string> => virsh(host, "nwfilter-dumpxml", name);
/** Ports and included filters in their order. */
const order = (xml: string): string[] =>
  [...xml.matchAll(/dstportstart='(\d+)'|filterref filter='([\w-]+)'/g)].map(
    ([, port, filter]) => port ?? filter ?? "",
  );
const define = (xml: string): Promise<string> =>
  on(
    host,
    "sh",
    "-c",
    'printf %s "$0" > /run/lab/e2e-filter.xml && virsh nwfilter-define /run/lab/e2e-filter.xml',
    xml,
  );
const uuid = async (): Promise<string> => String((await s.outputs())["uuid"]);

test("is made, and then there is nothing to do", async () => {
  s.program(program([clean, web]));
  expect((await s.up()).changes).toEqual({ create: 1 });
  const xml = await definition();
  expect(order(xml)).toEqual(["clean-traffic", "443"]);
  expect(xml).toContain(await uuid());
  expect(planned(await s.preview("--refresh"))).toEqual({});
});

test("rules change in place and keep their order, which is a difference of its own", async () => {
  const before = await uuid();
  for (const [entries, expected] of [
    [
      [clean, ssh, web],
      ["clean-traffic", "22", "443"],
    ],
    [
      [ssh, web, clean],
      ["22", "443", "clean-traffic"],
    ],
  ] as const) {
    s.program(program(entries));
    expect((await s.up()).changes).toEqual({ update: 1 });
    expect(order(await definition())).toEqual(expected);
  }
  expect(await uuid()).toBe(before);
  expect(planned(await s.preview("--refresh"))).toEqual({});
});

test("what somebody changed is put back: a rule, and the order", async () => {
  const xml = await definition();
  const [first = "", second = ""] = xml.match(/ *<rule.*?<\/rule>\n/gs) ?? [];
  for (const theirs of [xml.replace("'22'", "'23'"), xml.replace(first + second, second + first)]) {
    await define(theirs);
    expect(Object.keys((await s.preview("--refresh")).steps.find(({ op }) => op === "update")?.diff ?? {})).not.toEqual(
      [],
    );
    await s.refresh();
    expect((await s.up()).changes).toEqual({ update: 1 });
    expect(await definition()).toBe(xml);
  }
});

test("what is to be made anew on demand stays as it is, for the guests behind it", async () => {
  const before = [await uuid(), await definition()];
  const { text, changes } = await s.up("--replace", urn);
  expect(changes).toMatchObject({ replace: 1 });
  expect(text).toContain("set the option deleteBeforeReplace");
  expect([await uuid(), await definition()]).toEqual(before);
  expect(planned(await s.preview("--refresh"))).toEqual({});
});

test("one that a run made and could not note is taken over, with the rules that the program says", async () => {
  const before = await uuid();
  await s.pulumi("state", "delete", urn, "--yes");
  s.program(program([web, clean]));
  expect((await s.up()).changes).toEqual({ create: 1 });
  expect(await uuid()).toBe(before);
  expect(order(await definition())).toEqual(["443", "clean-traffic"]);
});

test("another name is another filter", async () => {
  s.program(program([ssh], "e2e-other"));
  expect((await s.up()).changes).toMatchObject({ replace: 1 });
  const names = await virsh(host, "nwfilter-list");
  expect(names).toContain("e2e-other");
  expect(names).not.toContain("e2e-filter");
});

test("one of libvirt's own is refused, stays as it was, and the message says how to take it over", async () => {
  const other = stack({ uri });
  try {
    const before = await definition("clean-traffic");
    other.program(program([ssh], "clean-traffic"));
    expect((await other.preview()).text).toMatch(/clean-traffic.*is there already.*the update will refuse it/s);
    expect((await other.fails("up")).text).toContain(`pulumi import ${token} filter clean-traffic`);
    expect(await definition("clean-traffic")).toBe(before);
  } finally {
    other.remove();
  }
});

test("rules change at once for a guest that runs, and as long as it runs its filter stays", async () => {
  const guest = `<domain type='qemu'><name>e2e-filtered</name><memory unit='MiB'>32</memory><os><type arch='x86_64' machine='q35'>hvm</type></os>
    <devices><interface type='network'><source network='default'/><model type='virtio'/><filterref filter='e2e-other'/></interface></devices></domain>`;
  await on(host, "sh", "-c", 'printf %s "$0" > /run/lab/e2e-filtered.xml', guest);
  await virsh(host, "create", "--paused", "/run/lab/e2e-filtered.xml");
  try {
    const ports = async (): Promise<string[]> => {
      const rules = await on(host, "iptables", "-S");
      return [...new Set([...rules.matchAll(/^-A F\w-vnet.*--dport (\d+)/gm)].map(([, port = ""]) => port))];
    };
    expect(await ports()).toEqual(["22"]);
    s.program(program([web], "e2e-other"));
    expect((await s.up()).changes).toEqual({ update: 1 });
    expect(await ports()).toEqual(["443"]);
    expect((await s.fails("destroy")).text).toMatch(
      /nwfilter e2e-other on host .*: it is in use: domain e2e-filtered \(card vnet\d+\)\. Take it off/,
    );
    expect(order(await definition("e2e-other"))).toEqual(["443"]);
  } finally {
    await virsh(host, "destroy", "e2e-filtered");
  }
});

test("a domain whose filter is missing is told of before anything is made", async () => {
  const other = stack({ uri });
  const machine = (more: string): string => `resources:
  vm:
    type: kvm:Domain
    properties: { name: e2e-unfiltered, memory: 32MiB, powerState: stopped, interfaces: [{ network: default, filterref: { filter: e2e-new } }] }
${more}`;
  try {
    other.program(machine(""));
    expect((await other.preview()).text).toMatch(/nwfilter e2e-new on host .*the update will need it/s);
    expect((await other.fails("up")).text).toMatch(/nwfilter e2e-new on host .*make it in the same program/s);
    expect(await virsh(host, "list", "--all", "--name")).not.toContain("e2e-unfiltered");
  } finally {
    other.remove();
  }
});

test("one that is gone already is deleted all the same, and nothing is left", async () => {
  await virsh(host, "nwfilter-undefine", "e2e-other");
  await s.destroy();
  // By name: a UUID may have the same letters in it.
  expect(await virsh(host, "nwfilter-list")).not.toMatch(/ e2e-/);
});

test.each([
  ["its own", own],
  ["the newer", eta],
])("all that libvirt ships are imported on %s host, and then there is nothing to do", async (_, { name, uri }) => {
  const names = [...(await virsh(name, "nwfilter-list")).matchAll(/^ *[\da-f-]{36} +(\S+)/gm)].map(
    ([, filter]) => filter,
  );
  expect(names).toContain("clean-traffic");
  const other = stack({ uri });
  try {
    const file = join(other.dir, "import.json");
    writeFileSync(file, JSON.stringify({ resources: names.map((id) => ({ type: token, name: id, id })) }));
    const { text } = await other.pulumi("import", "--file", file, "--yes", "--skip-preview", "--protect=false");
    expect(text).not.toContain("priority: 500");
    other.program(printed(text));
    expect((await other.preview("--refresh")).steps.filter(({ op }) => op !== "same" && op !== "refresh")).toEqual([]);
  } finally {
    other.remove();
  }
});
/** The resources in the code that the engine printed. */
const printed = (text: string): string => /^resources:\n(?: .*\n)+/m.exec(text)?.[0] ?? "";
