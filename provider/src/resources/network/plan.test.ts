import { assert, constantFrom, property, subarray, tuple } from "fast-check";
import { canonical, type Node, parse } from "../../xml";
import { command, plan, section } from "./plan";

const network = (inner: string): string =>
  `<network><name>lan</name><uuid>u</uuid><bridge name='virbr1'/>${inner}</network>`;
const of = (before: string, after: string) => plan(parse(network(before)), parse(network(after)));
const ip = (dhcp: string): string => `<ip address='10.0.0.1' prefix='24'>${dhcp && `<dhcp>${dhcp}</dhcp>`}</ip>`;

test("the same definition needs nothing", () => {
  expect(of(ip("<range start='10.0.0.9' end='10.0.0.99'/>"), ip("<range start='10.0.0.9' end='10.0.0.99'/>"))).toEqual({
    updates: [],
    define: false,
    restart: false,
  });
});

const A = "<host mac='52:54:00:00:00:01' ip='10.0.0.11'/>";
const B = "<host mac='52:54:00:00:00:02' ip='10.0.0.12'/>";
test.each([
  ["a DHCP host comes", ip(A), ip(A + B), [[command.addLast, section.dhcpHost, 0]]],
  ["a DHCP host goes", ip(A + B), ip(B), [[command.delete, section.dhcpHost, 0]]],
  [
    "a DHCP host gets another address",
    ip(A),
    ip("<host mac='52:54:00:00:00:01' ip='10.0.0.21'/>"),
    [[command.modify, section.dhcpHost, 0]],
  ],
  ["the first DHCP entry of all comes", ip(""), ip(A), [[command.addLast, section.dhcpHost, 0]]],
  [
    "a range changes: the old one goes first, since two may not overlap",
    ip("<range start='10.0.0.9' end='10.0.0.99'/>"),
    ip("<range start='10.0.0.9' end='10.0.0.50'/>"),
    [
      [command.delete, section.dhcpRange, 0],
      [command.addLast, section.dhcpRange, 0],
    ],
  ],
  [
    "names of an address change, which libvirt cannot modify",
    "<dns><host ip='10.0.0.5'><hostname>a</hostname></host></dns>",
    "<dns><host ip='10.0.0.5'><hostname>b</hostname></host></dns>",
    [
      [command.delete, section.dnsHost, -1],
      [command.addLast, section.dnsHost, -1],
    ],
  ],
  ["the first DNS entry comes", "", "<dns><txt name='t' value='v'/></dns>", [[command.addLast, section.dnsTxt, -1]]],
  [
    "a service record goes",
    "<dns><srv service='ldap' protocol='tcp'/></dns>",
    "",
    [[command.delete, section.dnsSrv, -1]],
  ],
  [
    "a port group changes",
    "<portgroup name='p'/>",
    "<portgroup name='p' default='yes'/>",
    [[command.modify, section.portgroup, -1]],
  ],
  [
    "a device of the host joins",
    "<forward mode='passthrough'><interface dev='eth0'/></forward>",
    "<forward mode='passthrough'><interface dev='eth0'/><interface dev='eth1'/></forward>",
    [[command.addLast, section.forwardInterface, -1]],
  ],
])("%s without touching the guests", (_what, before, after, expected) => {
  const { updates, define, restart } = of(before, after);
  expect(updates.map((u) => [u.command, u.section, u.parentIndex])).toEqual(expected);
  expect([define, restart]).toEqual([false, false]);
});

test("entries of the second address are told from those of the first", () => {
  const six = "<ip family='ipv6' address='fd00::1' prefix='64'>";
  const { updates } = of(`${ip(A)}${six}</ip>`, `${ip(A)}${six}<dhcp><host id='0:1' ip='fd00::9'/></dhcp></ip>`);
  expect(updates.map((u) => [u.command, u.parentIndex])).toEqual([[command.addLast, 1]]);
});

test("an entry's text is what libvirt is told", () => {
  expect(of(ip(""), ip(A)).updates[0]?.xml.trim()).toBe(A);
});

test.each([
  ["another address", ip(""), "<ip address='10.0.1.1' prefix='24'/>"],
  ["another forwarding", "<forward mode='nat'/>", "<forward mode='route'/>"],
  ["a domain", "", "<domain name='lan.test'/>"],
  ["a forwarder of DNS", "", "<dns><forwarder addr='10.0.0.53'/></dns>"],
])("%s needs the network to restart", (_what, before, after) => {
  expect(of(before, after)).toEqual({ updates: [], define: true, restart: true });
});

test("entries that come together with a restart need no update of their own", () => {
  expect(of(ip(""), `<mtu size='1400'/>${ip(A)}`)).toEqual({ updates: [], define: true, restart: true });
});

test("a description is written, and nothing restarts", () => {
  expect(of("", "<description>mine</description>")).toEqual({ updates: [], define: true, restart: false });
});

test.each(["title", "description", "metadata"])(
  "entries that come together with a %s reach the running network too",
  (name) => {
    const { updates, ...rest } = of(ip(""), `<${name}>mine</${name}>${ip(A)}`);
    expect(rest).toEqual({ define: true, restart: false });
    expect(updates.map((u) => [u.command, u.section, u.parentIndex])).toEqual([[command.addLast, section.dhcpHost, 0]]);
  },
);

/** What `virNetworkUpdate` makes of a definition, as far as libvirt's own rules matter here. */
function updated(before: Node, { updates }: ReturnType<typeof plan>): Node {
  const places: Record<number, string[]> = {
    [section.dhcpHost]: ["ip", "dhcp"],
    [section.dhcpRange]: ["ip", "dhcp"],
    [section.dnsHost]: ["dns"],
    [section.portgroup]: [],
  };
  const key = ({ attrs }: Node): string => attrs["mac"] ?? attrs["name"] ?? "";
  for (const update of updates) {
    const holder = (places[update.section] ?? []).reduce((at, name) => {
      const next = at.children.find((c) => c.name === name) ?? { name, attrs: {}, children: [], text: "" };
      if (!at.children.includes(next)) at.children.push(next);
      return next;
    }, before);
    const entry = parse(update.xml);
    const same = (c: Node): boolean => c.name === entry.name && canonical(c) === canonical(entry);
    const twin = (c: Node): boolean => c.name === entry.name && key(c) === key(entry);
    const at = holder.children.findIndex(update.command === command.modify ? twin : same);
    if (update.command === command.addLast) {
      if (at >= 0) throw new Error("it is there already");
      holder.children.push(entry);
      continue;
    }
    if (at < 0) throw new Error("there is no such entry");
    holder.children.splice(at, 1, ...(update.command === command.modify ? [entry] : []));
  }
  return before;
}
const sorted = (n: Node): string =>
  `${n.name}${JSON.stringify(n.attrs)}${n.text.trim()}${n.children
    .map(sorted)
    .filter((c) => c !== "dns{}" && c !== "dhcp{}")
    .sort()
    .join("")}`;

test("whatever entries come, go and change, the updates lead from one definition to the other", () => {
  const hosts = tuple(subarray(["1", "2", "3"]), constantFrom("", " name='x'")).map(([macs, name]) =>
    macs.map((n) => `<host mac='52:54:00:00:00:0${n}' ip='10.0.0.1${n}'${name}/>`).join(""),
  );
  const ranges = subarray(["<range start='10.0.0.20' end='10.0.0.29'/>", "<range start='10.0.0.30' end='10.0.0.39'/>"]);
  const names = subarray(["1", "2"]).map((all) =>
    all.map((n) => `<host ip='10.0.0.${n}'><hostname>h${n}</hostname></host>`).join(""),
  );
  const groups = tuple(subarray(["a", "b"]), constantFrom("", " default='yes'")).map(([all, is]) =>
    all.map((n) => `<portgroup name='${n}'${is}/>`).join(""),
  );
  const definition = tuple(hosts, ranges, names, groups).map(([h, r, d, g]) =>
    network(`${d && `<dns>${d}</dns>`}${ip(r.join("") + h)}${g}`),
  );
  assert(
    property(definition, definition, (before, after) => {
      const made = plan(parse(before), parse(after));
      expect(made).toMatchObject({ define: false, restart: false });
      expect(sorted(updated(parse(before), made))).toBe(sorted(parse(after)));
    }),
  );
});
