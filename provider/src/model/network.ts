/** A virtual network of a host. */
import {
  attr,
  bool,
  child,
  element,
  foreign,
  inside,
  leaf,
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
import { Bandwidth, VirtualPort, Vlan } from "./common";
import { hatch } from "./lifecycle";
import { mac, objectName, ownNamespace, uuid } from "./names";

const NatRange = element(
  "address",
  "Addresses that packets leave with.",
  { start: attr(text, "The first."), end: attr(text, "The last.") },
  { named: "NatAddressRange" },
);
const NatPorts = element(
  "port",
  "Ports that packets leave with.",
  { start: attr(positive, "The first."), end: attr(positive, "The last.") },
  { named: "NatPortRange" },
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
    domain: attr(text, "PCI domain, hexadecimal."),
    bus: attr(text, "PCI bus, hexadecimal."),
    slot: attr(text, "PCI slot, hexadecimal."),
    function: attr(text, "PCI function, hexadecimal."),
    connections: attr(natural, "Guests that use it.", { reported: true }),
  },
  { named: "ForwardAddress" },
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
    driver: sole("name", oneOf("vfio", "kvm"), "How virtual functions are given away."),
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
    addr: attr(text, "Its address; none means not to ask."),
  },
  { named: "DnsForwarder" },
);
const Txt = element(
  "txt",
  "A TXT record.",
  {
    name: attr(text, "Its name.", { required: true }),
    value: attr(text, "Its value."),
  },
  { named: "DnsTxt" },
);
const DnsHost = element(
  "host",
  "Names of an address.",
  {
    ip: attr(text, "The address.", { required: true }),
    hostnames: list(leaf(text, "The names.", { as: "hostname" })),
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
    port: attr(positive, "Its port."),
    priority: attr(natural, "The lowest is tried first."),
    weight: attr(natural, "Share among those of one priority."),
  },
  { named: "DnsSrv" },
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
const Lease = element(
  "lease",
  "How long an address is lent.",
  {
    expiry: attr(natural, "How long; 0 is for ever."),
    unit: attr(oneOf("seconds", "minutes", "hours"), "The unit of `expiry`; minutes if left out."),
  },
  { named: "DhcpLease", since: "6.3.0" },
);
const Range = element(
  "range",
  "Addresses to lend.",
  {
    start: attr(text, "The first.", { required: true }),
    end: attr(text, "The last.", { required: true }),
    lease: child(Lease),
  },
  { named: "DhcpRange" },
);
const DhcpHost = element(
  "host",
  "A guest that always gets the same address.",
  {
    mac: attr(mac, "Its MAC address; IPv4 only."),
    id: attr(text, "Its DUID; IPv6 only."),
    name: attr(text, "Its name."),
    ip: attr(text, "The address."),
    lease: child(Lease),
  },
  { named: "DhcpHost" },
);
const Bootp = element(
  "bootp",
  "How guests boot from the network.",
  { file: attr(text, "The file."), server: attr(text, "The server.") },
  { named: "DhcpBootp" },
);
const Dhcp = element(
  "dhcp",
  "Addresses for the guests.",
  {
    ranges: list(child(Range), (r) => `${r.start}-${r.end}`, { lands: "netUpdate" }),
    hosts: list(child(DhcpHost), [(h) => h.mac?.toLowerCase(), (h) => h.id, (h) => h.name, (h) => h.ip], {
      lands: "netUpdate",
    }),
    bootp: child(Bootp),
  },
  { named: "NetworkDhcp" },
);
const Ip = element(
  "ip",
  "The host's address in the network, and what it serves there.",
  {
    address: attr(text, "The address: `192.168.100.1`."),
    netmask: attr(text, "The mask: `255.255.255.0`."),
    prefix: attr(natural, "Length of the prefix, instead of the mask."),
    family: attr(oneOf("ipv4", "ipv6"), "`ipv4` if left out."),
    localPtr: attr(yesNo, "Reverse names are never asked for elsewhere.", { since: "3.0.0" }),
    tftp: sole("root", text, "Directory on the host that is served by TFTP."),
    dhcp: child(Dhcp),
  },
  { named: "NetworkIp" },
);
const Route = element(
  "route",
  "A route of the host into the network.",
  {
    family: attr(oneOf("ipv4", "ipv6"), "`ipv4` if left out."),
    address: attr(text, "The other network."),
    netmask: attr(text, "Its mask."),
    prefix: attr(natural, "Length of its prefix."),
    gateway: attr(text, "The guest that leads to it."),
    metric: attr(positive, "The lowest wins."),
  },
  { named: "NetworkRoute" },
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
    name: leaf(objectName, "Its name on the host; the resource's name and a suffix if left out.", { lands: "replace" }),
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
    host: own(text, "The host, by its key in the provider's `hosts`; needed where there are several.", {
      lands: "replace",
    }),
    xml: { ...hatch, facts: { ...hatch.facts, lands: "netRestart" as const } },
  },
  { named: "NetworkDefinition", lands: "netRestart" },
);
export type Network = Of<typeof Network>;
