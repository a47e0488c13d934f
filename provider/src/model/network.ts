/** A virtual network of a host. */
import {
  attr,
  between,
  bool,
  child,
  element,
  foreign,
  inside,
  leaf,
  like,
  list,
  natural,
  type Of,
  oneOf,
  onOff,
  own,
  positive,
  sole,
  text,
  yesNo,
} from "../vocabulary";
import {
  backwards,
  ipAddress,
  ipv4Address,
  netmask,
  networkOf,
  port,
  prefix,
  rangeFaults,
  routeFaults,
  toldFamily,
  unreachable,
} from "./addresses";
import { Bandwidth, pci, VirtualPort, Vlan } from "./common";
import { Dhcp, dhcpFaults } from "./dhcp";
import { HostdevDriver } from "./hostdev";
import { hatch, whereabouts } from "./lifecycle";
import { mac, networkName, ownNamespace, uuid } from "./names";

const NatRange = element(
  "address",
  "Addresses that packets leave with.",
  {
    start: attr(ipv4Address, "The first.", { required: true }),
    end: attr(ipv4Address, "The last.", { required: true }),
  },
  { named: "NatAddressRange", rule: (range) => rangeFaults(range) },
);
const NatPorts = element(
  "port",
  "Ports that packets leave with.",
  { start: attr(port, "The first.", { required: true }), end: attr(port, "The last.", { required: true }) },
  { named: "NatPortRange", rule: backwards },
);
const Nat = element(
  "nat",
  "How addresses are translated.",
  {
    ipv6: attr(yesNo, "IPv6 too.", { since: "6.5.0" }),
    addresses: list(child(NatRange), (a) => a.start),
    ports: list(child(NatPorts), (p) => p.start),
  },
  { named: "NetworkNat" },
);
const ForwardInterface = element(
  "interface",
  "A device of the host.",
  {
    dev: attr(text, "Its name."),
    connections: attr(natural, "Guests that use it.", { reported: true }),
  },
  { named: "ForwardInterface" },
);
const ForwardAddress = element(
  "address",
  "A virtual function.",
  {
    type: attr(oneOf("pci"), "Always `pci`."),
    domain: attr(pci.domain, "PCI domain, hexadecimal."),
    bus: attr(pci.bus, "PCI bus, hexadecimal."),
    slot: attr(pci.slot, "PCI slot, hexadecimal."),
    function: attr(pci.function, "PCI function, hexadecimal."),
    multifunction: attr(onOff, "More functions share the slot."),
    connections: attr(natural, "Guests that use it.", { reported: true }),
  },
  { named: "ForwardAddress" },
);
export const ForwardDriver = element(
  "driver",
  "How virtual functions are given away.",
  {
    ...HostdevDriver.shape,
    name: attr(oneOf("vfio", "kvm", "xen"), "The way: `vfio` if left out; `kvm` is gone from today's kernels.", {
      wordsSince: { xen: "10.0.0" },
    }),
  },
  { named: "ForwardDriver" },
);
const Forward = element(
  "forward",
  "How the network reaches others; without it, it is isolated.",
  {
    mode: attr(
      oneOf("nat", "route", "open", "bridge", "private", "vepa", "passthrough", "hostdev"),
      "`nat` hides the guests behind the host, `route` does not, `open` sets no firewall; the others use the host's devices.",
    ),
    dev: attr(text, "The host's device through which packets leave."),
    managed: attr(yesNo, "Libvirt detaches devices; `hostdev` only."),
    nat: child(Nat),
    interfaces: list(child(ForwardInterface), (i) => i.dev, { lands: "netUpdate" }),
    addresses: list(child(ForwardAddress), (a) => `${a.domain}:${a.bus}:${a.slot}.${a.function}`),
    pf: sole("dev", text, "The physical function whose virtual ones are taken."),
    driver: child(ForwardDriver),
  },
  { named: "NetworkForward" },
);
const Bridge = element(
  "bridge",
  "The host's bridge.",
  {
    name: attr(text, "Its name: `virbr0`; libvirt chooses if left out.", { filled: true }),
    stp: attr(onOff, "Spanning tree.", { filled: true }),
    delay: attr(natural, "Seconds before a port forwards.", { filled: true }),
    macTableManager: attr(oneOf("kernel", "libvirt"), "Who keeps the table of MAC addresses."),
    zone: attr(text, "Zone of firewalld.", { since: "5.1.0" }),
  },
  { named: "NetworkBridge", filled: true },
);
const Domain = element(
  "domain",
  "The DNS domain of the guests.",
  {
    name: attr(text, "Its name: `example.test`."),
    localOnly: attr(yesNo, "Names in it are never asked for elsewhere."),
    register: attr(yesNo, "Tell systemd-resolved on the host.", { since: "10.1.0" }),
  },
  { named: "NetworkDnsDomain" },
);
const Forwarder = element(
  "forwarder",
  "A server for names that are not known here.",
  {
    domain: attr(text, "Only for names in this domain."),
    addr: attr(ipAddress, "Its address; none means not to ask."),
    port: attr(port, "Its port; 53 if left out. Goes with `addr`.", { since: "12.0.0" }),
  },
  {
    named: "DnsForwarder",
    rule: ({ domain, addr }) =>
      domain === undefined && addr === undefined
        ? [{ path: [], reason: "says nothing: give addr, domain or both" }]
        : [],
  },
);
const Txt = element(
  "txt",
  "A TXT record.",
  {
    name: attr(like(/^[^\s,]+$/, "a name without blanks and commas"), "Its name.", { required: true }),
    value: attr(text, "Its value.", { required: true }),
  },
  { named: "DnsTxt" },
);
const DnsHost = element(
  "host",
  "Names of an address.",
  {
    ip: attr(ipAddress, "The address.", { required: true }),
    hostnames: list(leaf(text, "The names.", { as: "hostname" }), [], { required: true }),
  },
  { named: "DnsHost" },
);
const Srv = element(
  "srv",
  "An SRV record.",
  {
    service: attr(text, "The service: `ldap`.", { required: true }),
    protocol: attr(text, "`tcp` or `udp`.", { required: true }),
    domain: attr(text, "The domain that offers it."),
    target: attr(text, "The host that has it."),
    port: attr(port, "Its port."),
    priority: attr(between(0, 65_535), "The lowest is tried first."),
    weight: attr(between(0, 65_535), "Share among those of one priority."),
  },
  {
    named: "DnsSrv",
    rule: (srv) =>
      srv["target"] === undefined
        ? ["port", "priority", "weight"]
            .filter((key) => srv[key] !== undefined)
            .map((key) => ({ path: [key], reason: "goes with target only" }))
        : [],
  },
);
const Dns = element(
  "dns",
  "Names that the network's server answers.",
  {
    enable: attr(yesNo, "Whether there is a server; yes if left out."),
    forwardPlainNames: attr(yesNo, "Ask elsewhere for names without dots."),
    forwarders: list(child(Forwarder), (f) => `${f.domain ?? ""}@${f.addr ?? ""}`),
    txts: list(child(Txt), (t) => t.name, { lands: "netUpdate" }),
    hosts: list(child(DnsHost), (h) => h.ip, { lands: "netUpdate" }),
    srvs: list(child(Srv), (s) => `${s.service}.${s.protocol}.${s.domain ?? ""}.${s.target ?? ""}`, {
      lands: "netUpdate",
    }),
  },
  { named: "NetworkDns" },
);
const Ip = element(
  "ip",
  "The host's address in the network, and what it serves there.",
  {
    address: attr(ipAddress, "The address: `192.168.100.1`.", { required: true }),
    netmask: attr(netmask, "The mask: `255.255.255.0`."),
    prefix: attr(prefix, "Length of the prefix, instead of the mask."),
    family: attr(oneOf("ipv4", "ipv6"), "`ipv4` if left out."),
    localPtr: attr(yesNo, "Reverse names are never asked for elsewhere."),
    tftp: sole("root", text, "Directory on the host that is served by TFTP."),
    dhcp: child(Dhcp),
  },
  {
    named: "NetworkIp",
    rule: (ip) => {
      const around = networkOf(ip);
      const lent = around ? dhcpFaults(ip["dhcp"], around) : [];
      return [...toldFamily(ip), ...lent.map(({ path, reason }) => ({ path: ["dhcp", ...path], reason }))];
    },
  },
);
const Route = element(
  "route",
  "A route of the host into the network.",
  {
    family: attr(oneOf("ipv4", "ipv6"), "`ipv4` if left out."),
    address: attr(ipAddress, "The other network.", { required: true }),
    netmask: attr(netmask, "Its mask."),
    prefix: attr(prefix, "Length of its prefix."),
    gateway: attr(ipAddress, "The guest that leads to it.", { required: true }),
    metric: attr(positive, "The lowest wins."),
  },
  { named: "NetworkRoute", rule: routeFaults },
);
const PortGroup = element(
  "portgroup",
  "Settings for a class of guests.",
  {
    name: attr(text, "Its name.", { required: true }),
    default: attr(yesNo, "For guests that name none."),
    trustGuestRxFilters: attr(yesNo, "Believe the guests' changes of MAC address."),
    bandwidth: child(Bandwidth, { lands: "netUpdate" }),
    virtualport: child(VirtualPort),
    vlan: child(Vlan, { lands: "netUpdate" }),
  },
  { named: "NetworkPortGroup", lands: "netUpdate" },
);
const dnsmasq = "http://libvirt.org/schemas/network/dnsmasq/1.0";

export const Network = element(
  "network",
  "A virtual network of a host.",
  {
    ipv6: attr(yesNo, "Guests may talk IPv6 to each other though the host has no such address."),
    trustGuestRxFilters: attr(yesNo, "Believe the guests' changes of MAC address."),
    connections: attr(natural, "Guests that use it.", { reported: true }),
    name: leaf(networkName, "Its name on the host; the resource's name and a suffix if left out.", {
      lands: "replace",
    }),
    uuid: leaf(uuid, "Its UUID; made up once if left out.", { lands: "replace" }),
    title: leaf(text, "A short description.", { since: "9.7.0", lands: "define" }),
    description: leaf(text, "A description for people.", { since: "9.7.0", lands: "define" }),
    ...inside("metadata", {
      metadata: foreign(
        [ownNamespace],
        "Documents of other programs that the network carries: an XML element for each URI of a name space.",
        { lands: "define" },
      ),
    }),
    forward: child(Forward),
    bridge: child(Bridge),
    mtu: sole("size", positive, "Bytes of a packet.", { since: "3.1.0" }),
    mac: sole("address", mac, "MAC address of the bridge.", { filled: true }),
    domain: child(Domain),
    dns: child(Dns),
    bandwidth: child(Bandwidth),
    vlan: child(Vlan),
    virtualport: child(VirtualPort),
    port: sole("isolated", yesNo, "Guests do not reach each other.", { since: "6.1.0" }),
    portgroups: list(child(PortGroup), (g) => g.name, { lands: "netUpdate" }),
    ips: list(child(Ip), (ip) => ip.address),
    routes: list(child(Route), (r) => `${r.address}/${r.prefix ?? r.netmask ?? ""}`),
    ...inside(`{${dnsmasq}}options`, {
      dnsmasqOptions: list(
        sole("value", text, "Lines of dnsmasq's configuration. It is not supported by libvirt.", {
          as: `{${dnsmasq}}option`,
          since: "5.6.0",
        }),
      ),
    }),
    autostart: own(bool, "Start it with the host; on by default.", { lands: "autostart" }),
    active: own(bool, "Whether it runs now; it does if left out.", { lands: "power" }),
    host: whereabouts,
    xml: { ...hatch, facts: { ...hatch.facts, lands: "netRestart" as const } },
  },
  { named: "NetworkDefinition", lands: "netRestart", rule: unreachable },
);
export type Network = Of<typeof Network>;
