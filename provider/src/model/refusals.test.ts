/** What libvirt 9.0 refuses, found before anything is touched, on the property that is at fault; and what it takes, left alone. */
import { unknown } from "../unknown";
import { check, type Element, type Shape } from "../vocabulary";
import { Domain, Network, Pool, resources, Volume } from ".";

const faults = (of: Element<Shape>, value: object): string[] =>
  check(of, value).map(({ path, reason }) => `${path.join(".")} ${reason}`);
const network = (value: object): string[] => faults(Network, value);
const ip = (value: object): string[] => network({ ips: [value] });
const domain = (value: object): string[] => faults(Domain, { memory: "64MiB", ...value });
const volume = (value: object): string[] => faults(Volume, { pool: "p", capacity: "1GiB", ...value });

const filter = (value: object): string[] => faults(resources.NwFilter.inputs, { name: "f", ...value });
const rule = (value: object): string[] =>
  filter({ entries: [{ rule: { action: "drop", direction: "in", ...value } }] }).map((fault) =>
    fault.replace(/^entries\.0\.rule\.?/, ""),
  );
const lan = { address: "10.0.0.1", prefix: 24 };
const lan6 = { address: "fd00::1", family: "ipv6", prefix: 64 };
const lent = (start: unknown, end: unknown): string[] => ip({ ...lan, dhcp: { ranges: [{ start, end }] } });
const lent6 = (start: string, end: string): string[] => ip({ ...lan6, dhcp: { ranges: [{ start, end }] } });
const host = (value: object): string[] => ip({ ...lan, dhcp: { hosts: [value] } });
const route = (value: object): string[] => network({ ips: [lan], routes: [value] });
const nat = (value: object): string[] => network({ forward: { mode: "nat", nat: value } });
const dns = (value: object): string[] => network({ dns: value });
const card = (value: object): string[] => domain({ interfaces: [{ type: "user", ...value }] });
const screen = (value: object): string[] => domain({ graphics: [{ type: "vnc", ...value }] });
const given = (address: object): string[] =>
  domain({ hostdevs: [{ mode: "subsystem", type: "pci", source: { address } }] });

describe("of a network", () => {
  test.each<[string, string[], string]>([
    ["a prefix of IPv4", ip({ ...lan, prefix: 33 }), "ips.0.prefix is 33; it must be at most 32 for ipv4"],
    ["a prefix of IPv6", ip({ ...lan6, prefix: 129 }), "ips.0.prefix is 129; it must be at most 128"],
    [
      "a prefix before its address is known",
      ip({ address: unknown, family: "ipv4", prefix: 33 }),
      "ips.0.prefix is 33",
    ],
    ["half a bit", ip({ ...lan, prefix: 1.5 }), "ips.0.prefix is 1.5; it must be a whole number"],
    ["no address", ip({ prefix: 24 }), "ips.0.address is required"],
    ["an address that is none", ip({ address: "10.0.0" }), 'ips.0.address is "10.0.0"; it must be an IP address'],
    ["IPv6 without its family", ip({ address: "fd00::1" }), "ips.0.family is required"],
    ["another family", ip({ ...lan, family: "ipv6" }), "ips.0.family is ipv6, but 10.0.0.1 is of ipv4"],
    ["a mask of IPv6", ip({ ...lan6, prefix: undefined, netmask: "255.255.0.0" }), "ips.0.netmask is for ipv4 only"],
    ["mask and prefix", ip({ ...lan, netmask: "255.255.255.0" }), "ips.0.netmask says the same as prefix"],
    ["a mask with holes", ip({ address: "10.0.0.1", netmask: "255.0.255.0" }), "ips.0.netmask is"],
    ["a range backwards", lent("10.0.0.9", "10.0.0.2"), "ips.0.dhcp.ranges.0.end is 10.0.0.2, before start"],
    ["a range from the network's address", lent("10.0.0.0", "10.0.0.2"), "ips.0.dhcp.ranges.0.start is 10.0.0.0"],
    ["a range to the broadcasts' address", lent("10.0.0.2", "10.0.0.255"), "ips.0.dhcp.ranges.0.end is 10.0.0.255"],
    [
      "the end of a range outside",
      lent("10.0.0.2", "10.0.1.2"),
      "ips.0.dhcp.ranges.0.end is 10.0.1.2, which is not in",
    ],
    ["a range's end outside, its start unknown", lent(unknown, "10.0.1.2"), "ips.0.dhcp.ranges.0.end is 10.0.1.2"],
    ["a range of another family", lent("fd00::1", "10.0.0.2"), "ips.0.dhcp.ranges.0.start is fd00::1, which is not in"],
    ["a range of IPv6 backwards", lent6("fd00::5", "fd00::1"), "ips.0.dhcp.ranges.0.end is fd00::1, before start"],
    ["a range that is too large", lent6("fd00::1", "fd00::1:0"), "ips.0.dhcp.ranges.0.end is fd00::1:0, too far"],
    [
      "a range outside by the class of the address",
      ip({ address: "192.168.1.1", dhcp: { ranges: [{ start: "192.168.2.2", end: "192.168.1.9" }] } }),
      "ips.0.dhcp.ranges.0.start is 192.168.2.2, which is not in the network of 192.168.1.1/24",
    ],
    [
      "a lease of less than two minutes",
      ip({
        ...lan,
        dhcp: { ranges: [{ start: "10.0.0.2", end: "10.0.0.3", lease: { expiry: 100, unit: "seconds" } }] },
      }),
      "ips.0.dhcp.ranges.0.lease.expiry is 100 seconds",
    ],
    ["a host without an address", host({ mac: "52:54:00:00:00:01" }), "ips.0.dhcp.hosts.0.ip is required"],
    ["nobody's address", host({ ip: "10.0.0.2" }), "ips.0.dhcp.hosts.0 does not say which guest"],
    ["an odd MAC", host({ ip: "10.0.0.2", mac: "53:54:00:00:00:01" }), "ips.0.dhcp.hosts.0.mac"],
    [
      "a MAC in IPv6",
      ip({ ...lan6, dhcp: { hosts: [{ mac: "52:54:00:00:00:01", ip: "fd00::9" }] } }),
      "ips.0.dhcp.hosts.0.mac is for ipv4 only",
    ],
    ["a route's prefix", route({ address: "10.5.0.0", prefix: 33, gateway: "10.0.0.2" }), "routes.0.prefix is 33"],
    [
      "a route to a host",
      route({ address: "10.5.0.1", prefix: 24, gateway: "10.0.0.2" }),
      "routes.0.address is 10.5.0.1",
    ],
    ["a route without a prefix", route({ address: "10.5.0.0", gateway: "10.0.0.2" }), "routes.0.prefix is required"],
    ["a route that nobody leads", route({ address: "10.5.0.0", prefix: 24 }), "routes.0.gateway is required"],
    [
      "a gateway elsewhere",
      route({ address: "10.5.0.0", prefix: 24, gateway: "10.9.0.2" }),
      "routes.0.gateway is 10.9.0.2, which is in none of the networks",
    ],
    [
      "a port",
      nat({ ports: [{ start: 1024, end: 70000 }] }),
      "forward.nat.ports.0.end is 70000; it must be at most 65535",
    ],
    ["ports backwards", nat({ ports: [{ start: 10, end: 1 }] }), "forward.nat.ports.0.end is 1, before start"],
    ["addresses backwards", nat({ addresses: [{ start: "1.2.3.4", end: "1.2.3.1" }] }), "forward.nat.addresses.0.end"],
    [
      "a port of a service",
      dns({ srvs: [{ service: "a", protocol: "tcp", target: "t", port: 70000 }] }),
      "dns.srvs.0.port",
    ],
    [
      "a service nowhere",
      dns({ srvs: [{ service: "a", protocol: "tcp", port: 7 }] }),
      "dns.srvs.0.port goes with target",
    ],
    ["a record's name", dns({ txts: [{ name: "a b", value: "v" }] }), "dns.txts.0.name is"],
    ["an address without names", dns({ hosts: [{ ip: "1.2.3.4" }] }), "dns.hosts.0.hostnames is required"],
    ["an empty forwarder", dns({ forwarders: [{}] }), "dns.forwarders.0 says nothing"],
    ["a VLAN", network({ vlan: { tags: [{ id: 4096 }] } }), "vlan.tags.0.id is 4096; it must be at most 4095"],
    ["a UUID", network({ uuid: "zz" }), "uuid is"],
  ])("%s", (_, found, wanted) => {
    expect(found).toEqual([expect.stringContaining(wanted)]);
  });

  test.each<[string, string[]]>([
    [
      "every length of prefix",
      [...ip({ ...lan, prefix: 32 }), ...ip({ ...lan, prefix: 0 }), ...ip({ ...lan6, prefix: 128 })],
    ],
    ["ranges at the edges", [...lent("10.0.0.1", "10.0.0.254"), ...lent6("fd00::", "fd00::ffff")]],
    [
      "what is not known yet",
      [...lent(unknown, unknown), ...ip({ address: unknown, prefix: unknown }), ...network({ ips: unknown })],
    ],
    ["a null", ip({ ...lan, netmask: null, dhcp: { hosts: [{ ip: "10.0.0.2", name: "a", mac: null }] } })],
    ["a default route", route({ address: "0.0.0.0", gateway: "10.0.0.2" })],
    ["IPv6 in its spellings", ip({ ...lan6, dhcp: { ranges: [{ start: "fd00:0:0::0.0.0.9", end: "fd00::0:a" }] } })],
    ["a host of another network, which libvirt takes", host({ ip: "fd00::9", name: "guest" })],
    ["a host by its name alone", host({ ip: "10.9.9.9", name: "guest" })],
    [
      "a lease for ever",
      ip({ ...lan, dhcp: { ranges: [{ start: "10.0.0.2", end: "10.0.0.3", lease: { expiry: 0 } }] } }),
    ],
  ])("%s is left alone", (_, found) => {
    expect(found).toEqual([]);
  });
});

describe("of a volume or pool", () => {
  test.each<[string, string[], string]>([
    [
      "a mode that is not octal",
      volume({ permissions: { mode: "0999" } }),
      'permissions.mode is "0999"; it must be octal',
    ],
    ["a mode with more than libvirt sets", volume({ permissions: { mode: "01777" } }), "permissions.mode"],
    ["a pool's mode", faults(Pool, { permissions: { mode: "u+x" } }), "permissions.mode"],
    ["an owner", volume({ permissions: { owner: -2 } }), "permissions.owner is -2; it must be at least -1"],
    [
      "clusters between two powers",
      volume({ clusterSize: "65537" }),
      'clusterSize is "65537"; it must be a power of two',
    ],
    ["clusters that are too small", volume({ clusterSize: "256" }), "clusterSize"],
    ["clusters that are too large", volume({ clusterSize: "4MiB" }), "clusterSize"],
    ["a version that qcow2 never had", volume({ compat: "2.0" }), "compat is"],
  ])("%s", (_, found, wanted) => {
    expect(found).toEqual([expect.stringContaining(wanted)]);
  });

  test("what fits is left alone", () => {
    expect(volume({ permissions: { mode: "0600", owner: -1, group: 107 }, clusterSize: "512", compat: "1.1" })).toEqual(
      [],
    );
    expect(volume({ permissions: { mode: "755" }, clusterSize: "2MiB" })).toEqual([]);
  });
});

describe("of a name", () => {
  const named: [Element<Shape>, object, number][] = [
    [Domain, { memory: "64MiB" }, 247],
    [Pool, {}, 247],
    [Network, {}, 245],
    [Volume, { pool: "p", capacity: "1GiB" }, 230],
  ];
  test.each(named)("%#: as long as the host's files may be, and no longer", (of, rest, most) => {
    expect(faults(of, { ...rest, name: "a".repeat(most) })).toEqual([]);
    expect(faults(of, { ...rest, name: "é".repeat(most / 2 + 1) })).toEqual([
      expect.stringMatching(new RegExp(`^name has \\d+ bytes; .* room for ${most}`)),
    ]);
  });
  test.each(["", " ", ".", "..", "a/b", "a\nb", "a\u0001b"])("%j is refused everywhere", (name) => {
    for (const [of, rest] of named) expect(faults(of, { ...rest, name })).toEqual([expect.stringMatching(/^name /)]);
  });
});

describe("of a domain", () => {
  const disk = (value: object): string[] => domain({ disks: [value] });
  test.each<[string, string[], string]>([
    ["a disk that says nothing", disk({}), "disks.0 says nothing of its data"],
    ["a disk with an empty source", disk({ type: "file", source: {}, target: { dev: "vda" } }), "disks.0 says nothing"],
    ["a LUN without its device", disk({ device: "lun" }), "disks.0 says nothing of its data"],
    ["half a volume", disk({ type: "volume", source: { pool: "p" } }), "disks.0.source.volume is required"],
    [
      "a server's port",
      disk({ type: "network", source: { protocol: "nbd", hosts: [{ name: "a", port: "70000" }] } }),
      "disks.0.source.hosts.0.port is",
    ],
    ["a screen's port", screen({ port: 70000 }), "graphics.0.port is 70000"],
    ["a screen's port below none", screen({ websocket: -2 }), "graphics.0.websocket is -2"],
    ["a prefix of a card", card({ ips: [{ address: "10.0.2.0", prefix: 33 }] }), "interfaces.0.ips.0.prefix is 33"],
    ["an address of a card", card({ ips: [{ address: "x" }] }), "interfaces.0.ips.0.address is"],
    [
      "a route of a card",
      card({ routes: [{ address: "10.5.0.0", prefix: 33, gateway: "10.0.0.1" }] }),
      "interfaces.0.routes.0.prefix is 33",
    ],
    ["a VLAN of a card", card({ vlan: { tags: [{ id: 4096 }] } }), "interfaces.0.vlan.tags.0.id"],
    ["ports forwarded backwards", card({ portForwards: [{ ranges: [{ start: 5, end: 2 }] }] }), "ranges.0.end is 2"],
    ["a PCI slot", given({ domain: "0", bus: "0x10", slot: "0x20", function: "0" }), "source.address.slot is"],
    [
      "hexadecimal that C does not see",
      domain({ interfaces: [{ network: "n", address: { type: "pci", bus: "1f" } }] }),
      "bus is",
    ],
    ["an id that is no UUID", domain({ genid: "zz" }), "genid is"],
  ])("%s", (_, found, wanted) => {
    expect(found).toEqual([expect.stringContaining(wanted)]);
  });

  test.each<[string, string[]]>([
    ["an empty drive", [...disk({ device: "cdrom" }), ...disk({ device: "floppy" })]],
    [
      "what is not known yet",
      [...disk({ volume: unknown }), ...disk({ source: unknown }), ...disk({ device: unknown })],
    ],
    ["a disk that an edit completes", domain({ disks: [{ target: { dev: "vda" } }], xml: [{ delete: "./x" }] })],
    ["a port that libvirt chooses", screen({ port: -1, autoport: true })],
    ["a drive's address", domain({ disks: [{ file: "/a", address: { type: "drive", bus: "1000" } }] })],
  ])("%s is left alone", (_, found) => {
    expect(found).toEqual([]);
  });
});

describe("of a network filter", () => {
  const chains = "must be root, or up to 12 letters";
  test.each<[string, string[], string]>([
    ["a chain of no kind", filter({ chain: "mine" }), chains],
    ["a chain that only begins as root", filter({ chain: "root-mine" }), chains],
    ["a chain's name that is too long", filter({ chain: "ipv4-toolong1" }), chains],
    ["a chain's name with a space", filter({ chain: "arp mine" }), chains],
    ["a chain's priority", filter({ chain: "arp", priority: 1001 }), "priority is 1001; it must be at most 1000"],
    ["a priority without a chain", filter({ priority: 5 }), "priority is the chain's"],
    ["two things in one entry", filter({ entries: [{}] }), "must have exactly one of rule and filterref"],
    ["a rule's priority", rule({ priority: -1001 }), "priority is -1001; it must be at least -1000"],
    ["an unknown protocol", rule({ icmp6: {} }), "icmp6 is not a property of rule; did you mean icmp"],
    ["an unknown attribute", rule({ tcp: { dstport: "1" } }), "tcp.dstport is not a property of tcp; did you mean"],
    ["two protocols", rule({ tcp: {}, udp: {} }), "udp is a second protocol"],
    ["a port of any packet", rule({ ip: { dstportstart: "80" } }), "ip.dstportstart is a port, and only TCP"],
    ["a port of ICMP", rule({ ipv6: { protocol: "icmpv6", srcportend: 80 } }), "ipv6.srcportend is a port"],
    ["a port beyond the last", rule({ tcp: { dstportstart: "65536" } }), "must be a number from 0 to 65535"],
    ["a length beyond the last", rule({ tcp: { srcipmask: "33" } }), "must be the length of a prefix up to 32"],
    ["a mask with holes", rule({ tcp: { srcipmask: "255.0.255.0" } }), "tcp.srcipmask is"],
    ["an address that is none", rule({ tcp: { srcipaddr: "10.0.0.256" } }), "must be an IPv4 address"],
    ["an address of the other family", rule({ tcpIpv6: { dstipaddr: "10.0.0.1" } }), "must be an IPv6 address"],
    [
      "a mask of MACs with holes",
      rule({ mac: { srcmacmask: "ff:00:ff:00:00:00" } }),
      "must be a mask of a MAC address",
    ],
    ["a VLAN beyond the last", rule({ vlan: { vlanid: "4096" } }), "must be a number from 0 to 4095"],
    ["an EtherType that is a length", rule({ mac: { protocolid: "0x5ff" } }), "a number from 1536 to 65535"],
    ["an operation that nobody knows", rule({ arp: { opcode: "Ask" } }), "arp.opcode is"],
    ["a state that nobody knows", rule({ tcp: { state: "NEW,OLD" } }), "tcp.state is"],
    ["flags without those that are set", rule({ tcp: { flags: "SYN" } }), "tcp.flags is"],
  ])("%s", (_, found, expected) => {
    expect(found).toEqual([expect.stringContaining(expected)]);
  });
  test("what it takes is left alone", () => {
    for (const chain of ["root", "ipv4", "ipv4-me_.:12", "stp"]) expect(filter({ chain, priority: -1000 })).toEqual([]);
    for (const protocol of [
      { ip: { protocol: "TCP", dstportstart: "$PORTS[@1]", srcipaddr: "$IP", srcipmask: "255.255.128.0" } },
      { ip: { protocol: 33, dstportstart: 80, dscp: "0x3f" } },
      { ip: { protocol: unknown, dstportstart: unknown } },
      { ipv6: { protocol: "sctp", srcportstart: "1", srcipaddr: "::1", srcipmask: "ffff::" } },
      { mac: { protocolid: 0x835, srcmacaddr: "$MAC", dstmacmask: "ff:ff:ff:80:00:00" } },
      { arp: { opcode: "request", gratuitous: "true" } },
      { tcp: { flags: "SYN,ACK/SYN", state: "NEW,RELATED" } },
    ])
      expect(rule(protocol)).toEqual([]);
  });
});
