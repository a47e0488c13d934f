/** An interface of the host, as netcf or udev know it. */
import {
  attr,
  between,
  child,
  type Element,
  element,
  list,
  mark,
  natural,
  nested,
  type Of,
  oneOf,
  onOff,
  type Shape,
  sole,
  text,
  variants,
  yesNo,
} from "../vocabulary";
import { ipAddress, prefix } from "./addresses";

const Address = element(
  "ip",
  "An address.",
  {
    address: attr(ipAddress, "The address.", { required: true }),
    prefix: attr(prefix, "Length of the network's prefix."),
  },
  { named: "HostInterfaceIp" },
);
const Dhcp = element(
  "dhcp",
  "Addresses come from a DHCP server.",
  { peerdns: attr(yesNo, "Name servers come from there too.") },
  { named: "HostInterfaceDhcp" },
);
const Protocol = element(
  "protocol",
  "Addresses of one family.",
  {
    family: attr(oneOf("ipv4", "ipv6"), "The family.", { required: true }),
    autoconf: mark("Addresses come from routers; `ipv6` only."),
    dhcp: child(Dhcp),
    ips: list(child(Address), (ip) => ip.address),
    gateway: sole("gateway", ipAddress, "The router to everywhere else.", { as: "route" }),
  },
  { named: "HostInterfaceProtocol" },
);
const Link = element(
  "link",
  "The cable, and what comes through.",
  {
    state: attr(
      oneOf("unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up"),
      "What the kernel says of it.",
    ),
    speed: attr(natural, "Megabits a second."),
  },
  { named: "HostInterfaceLink" },
);
const MiiMonitor = element(
  "miimon",
  "Watch the ports' links.",
  {
    freq: attr(natural, "Milliseconds between two looks.", { required: true }),
    downdelay: attr(natural, "Milliseconds before a port that went down is left."),
    updelay: attr(natural, "Milliseconds before a port that came up is used."),
    carrier: attr(oneOf("ioctl", "netif"), "Whether the driver is asked, or the kernel."),
  },
  { named: "BondMiiMonitor" },
);
const ArpMonitor = element(
  "arpmon",
  "Watch whether somebody answers.",
  {
    interval: attr(natural, "Milliseconds between two questions.", { required: true }),
    target: attr(ipAddress, "Who is asked.", { required: true }),
    validate: attr(oneOf("none", "active", "backup", "all"), "Of which ports the answers are checked."),
  },
  { named: "BondArpMonitor" },
);
const Vlan = element(
  "vlan",
  "Which VLAN it is, and of what.",
  {
    tag: attr(between(0, 4095), "Number of the VLAN.", { required: true }),
    interface: sole("name", text, "The interface under it."),
  },
  { named: "HostInterfaceVlan" },
);
/** What is in bridges and bonds are interfaces again. */
const members = (doc: string) => ({
  interfaces: list(
    nested<HostInterfaceValue>((): Element<Shape> => HostInterface, "interface", doc),
    (i) => i.name,
  ),
});
const Bridge = element(
  "bridge",
  "A bridge.",
  {
    stp: attr(onOff, "Spanning tree."),
    delay: attr(text, "Seconds before a port forwards: `0.5`."),
    ...members("A port of the bridge."),
  },
  { named: "HostInterfaceBridge" },
);
const Bond = element(
  "bond",
  "Several interfaces as one.",
  {
    mode: attr(
      oneOf("balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"),
      "How packets are shared out.",
    ),
    miimon: child(MiiMonitor),
    arpmon: child(ArpMonitor),
    ...members("A port of the bond."),
  },
  { named: "HostInterfaceBond" },
);
const common = {
  type: attr(oneOf("ethernet", "bridge", "bond", "vlan"), "Its kind.", { required: true }),
  name: attr(text, "Its name: `eth0`; of a VLAN `eth0.42`, which may be left out."),
  start: sole("mode", oneOf("onboot", "none", "hotplug"), "When the host starts it."),
  mtu: sole("size", natural, "Bytes of a packet."),
  mac: sole("address", text, "MAC address; that of the device of this name if left out."),
  link: child(Link),
  protocols: list(child(Protocol), (p) => p.family),
};
/** TypeScript infers no type from itself. */
interface HostInterfaceValue extends Of<Element<typeof common>> {
  bridge?: { stp?: boolean; delay?: string; interfaces?: HostInterfaceValue[] };
  bond?: { mode?: string; interfaces?: HostInterfaceValue[] };
}
export const HostInterface = element(
  "interface",
  "An interface of the host.",
  {
    ...common,
    ...variants({ bridge: { bridge: child(Bridge) }, bond: { bond: child(Bond) }, vlan: { vlan: child(Vlan) } }),
  },
  { named: "HostInterfaceDefinition", by: "type", lands: "define" },
);
