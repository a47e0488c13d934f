/** What a rule of a network filter can look at, protocol by protocol. A value is a literal or a variable that `filterref` fills in. */
import {
  attr,
  child,
  element,
  type Field,
  like,
  oneOf,
  type Shape,
  type Type,
  text,
  type Value,
  yesNo,
} from "../vocabulary";

const variable = String.raw`\$ *\w+(\[ *@?\d+ *\])? *`;
/** A literal, or a variable such as `$IP`, `$PORTS[2]`, `$PORTS[@1]`. */
const orVariable = (pattern: string, what: string): Type<string> =>
  like(new RegExp(`^(${variable}|${pattern})$`), `${what}, or a variable such as $IP`);
const numeric = String.raw`0x[0-9a-fA-F]+|\d+`;
const number = orVariable(numeric, "a number (hexadecimal after 0x)");
const named = (what: string): Type<string> => orVariable(`${numeric}|[A-Za-z]\\w*`, what);
const mac = orVariable("([0-9a-fA-F]{1,2}:){5}[0-9a-fA-F]{1,2}", "a MAC address");
const ipv4 = orVariable(String.raw`(\d{1,3}\.){3}\d{1,3}`, "an IPv4 address");
const ipv4Mask = orVariable(String.raw`\d{1,2}|(\d{1,3}\.){3}\d{1,3}`, "a mask, or the length of a prefix up to 32");
const ipv6 = orVariable("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*", "an IPv6 address");
const ipv6Mask = orVariable(
  String.raw`\d{1,3}|[0-9a-fA-F:]*:[0-9a-fA-F:]*`,
  "a mask, or the length of a prefix up to 128",
);

const sourceMac = { srcmacaddr: attr(mac, "MAC address of the sender.") };
const sourceMacs = { ...sourceMac, srcmacmask: attr(mac, "Which bits of the sender's count.") };
const macs = {
  ...sourceMacs,
  dstmacaddr: attr(mac, "MAC address of the receiver."),
  dstmacmask: attr(mac, "Which bits of the receiver's count."),
};
const addresses = (address: Type<string>, mask: Type<string>) => ({
  srcipaddr: attr(address, "Address of the sender."),
  srcipmask: attr(mask, "Which bits of it count: a mask, or the length of a prefix."),
  dstipaddr: attr(address, "Address of the receiver."),
  dstipmask: attr(mask, "Which bits of it count: a mask, or the length of a prefix."),
});
const dscp = { dscp: attr(number, "Differentiated services code point, 0 to 63.") };
const tracked = (address: Type<string>, mask: Type<string>) => ({
  ...sourceMac,
  ...addresses(address, mask),
  srcipfrom: attr(address, "First address of a range of senders."),
  srcipto: attr(address, "Last address of that range."),
  dstipfrom: attr(address, "First address of a range of receivers."),
  dstipto: attr(address, "Last address of that range."),
  ...dscp,
  connlimitAbove: attr(
    number,
    "Only what would be more than so many connections at once. The rule must drop or reject.",
    {
      as: "connlimit-above",
    },
  ),
  state: attr(
    like(/^[A-Z,]+$/, "NONE, or of NEW, ESTABLISHED, RELATED and INVALID some, parted by commas"),
    "States of the connection: `NEW`, `ESTABLISHED`, `RELATED`, `INVALID`, several parted by commas; or `NONE`.",
  ),
  ipset: attr(text, "A set of addresses that the host keeps (`ipset`)."),
  ipsetflags: attr(
    like(/^(src|dst)(,(src|dst)){0,5}$/i, "up to six of src and dst, parted by commas"),
    "Which parts of the packet the set is asked for: `src`, `dst`, `src,dst`.",
  ),
});
const ports = {
  srcportstart: attr(number, "First port of a range of senders."),
  srcportend: attr(number, "Last port of that range; the same if left out."),
  dstportstart: attr(number, "First port of a range of receivers."),
  dstportend: attr(number, "Last port of that range; the same if left out."),
};
const protocolId = named("an EtherType from 0x600 on, arp, rarp, ipv4, ipv6 or vlan");
const arp = {
  arpsrcmacaddr: attr(mac, "MAC address that the packet says is the sender's."),
  arpsrcipaddr: attr(ipv4, "Address that the packet says is the sender's."),
  arpdstmacaddr: attr(mac, "MAC address that the packet says is the receiver's."),
  arpdstipaddr: attr(ipv4, "Address that the packet asks for."),
  hwtype: attr(number, "Type of hardware: 1 is Ethernet."),
  opcode: attr(named("an operation: a number or its name"), "The operation: `Request`, `Reply`, … or its number."),
  protocoltype: attr(number, "The protocol whose addresses are asked for: 0x800 is IPv4."),
  gratuitous: attr(oneOf("yes", "no", "true", "false", "1", "0"), "Whether it is an answer that nobody asked for."),
};
const icmp = { type: attr(number, "Type of the message."), code: attr(number, "Its code.") };
/** A range whose end is written with `-hi` behind the name. */
const upTo = (name: string, what: string): Field<string> =>
  attr(number, `${what}: the last of a range.`, { as: `${name}-hi` });
const stp = {
  type: attr(number, "Type of the bridge's message."),
  flags: attr(number, "Its flags."),
  rootPriority: attr(number, "Priority of the root bridge.", { as: "root-priority" }),
  rootPriorityHi: upTo("root-priority", "Priority of the root bridge"),
  rootAddress: attr(mac, "MAC address of the root bridge.", { as: "root-address" }),
  rootAddressMask: attr(mac, "Which bits of it count.", { as: "root-address-mask" }),
  rootCost: attr(number, "Cost of the way to the root bridge.", { as: "root-cost" }),
  rootCostHi: upTo("root-cost", "Cost of the way to the root bridge"),
  senderPriority: attr(number, "Priority of the sender.", { as: "sender-priority" }),
  senderPriorityHi: upTo("sender-priority", "Priority of the sender"),
  senderAddress: attr(mac, "MAC address of the sender.", { as: "sender-address" }),
  senderAddressMask: attr(mac, "Which bits of it count.", { as: "sender-address-mask" }),
  port: attr(number, "The port."),
  portHi: upTo("port", "The port"),
  age: attr(number, "Age of the message."),
  ageHi: upTo("age", "Age of the message"),
  maxAge: attr(number, "The most that messages may age.", { as: "max-age" }),
  maxAgeHi: upTo("max-age", "The most that messages may age"),
  helloTime: attr(number, "Time between messages.", { as: "hello-time" }),
  helloTimeHi: upTo("hello-time", "Time between messages"),
  forwardDelay: attr(number, "Delay before a port forwards.", { as: "forward-delay" }),
  forwardDelayHi: upTo("forward-delay", "Delay before a port forwards"),
};
const ipProtocol = {
  protocol: attr(
    named("a protocol: a number up to 255 or its name"),
    "The protocol inside: `tcp`, `udp`, `udplite`, `esp`, `ah`, `icmp`, `igmp`, `sctp`, `icmpv6`, or its number.",
  ),
};
const tcpFlags = {
  flags: attr(
    like(/^[A-Z,]+\/[A-Z,]+$/, "flags to look at, a slash, and those that must be set, such as SYN,ACK/SYN"),
    "Flags to look at, and after the slash those that must be set: of SYN, ACK, URG, PSH, FIN and RST some, ALL or NONE.",
  ),
};
const v4 = tracked(ipv4, ipv4Mask);
const v6 = tracked(ipv6, ipv6Mask);

const match = { match: attr(yesNo, "Whether the packet must be like this; `no` turns it round. Yes if left out.") };
const comment = { comment: attr(text, "A note, which goes into the host's own rules; up to 256 characters.") };
const protocol = <S extends Shape>(
  name: string,
  type: string,
  doc: string,
  shape: S,
): Field<Value<typeof match & S & typeof comment>> =>
  child(element(name, doc, { ...match, ...shape, ...comment }, { named: `NwFilter${type}` }));

/** The one protocol that a rule looks at, each with what can be said of its packets. */
export const protocols = {
  mac: protocol("mac", "Mac", "Any frame of Ethernet; chains `root` and `mac`.", {
    ...macs,
    protocolid: attr(protocolId, "The protocol inside: `arp`, `rarp`, `ipv4`, `ipv6`, `vlan`, or its EtherType."),
  }),
  vlan: protocol("vlan", "Vlan", "Frames with a VLAN's tag (802.1Q); chains `root` and `vlan`.", {
    ...macs,
    vlanid: attr(number, "Number of the VLAN, 0 to 4095."),
    encapProtocol: attr(protocolId, "The protocol inside: `arp`, `ipv4`, … or its EtherType.", {
      as: "encap-protocol",
    }),
  }),
  stp: protocol("stp", "Stp", "Bridges' messages of the spanning tree; chains `root` and `stp`.", {
    ...sourceMacs,
    ...stp,
  }),
  arp: protocol("arp", "Arp", "ARP; chains `root` and `arp`.", { ...macs, ...arp }),
  rarp: protocol("rarp", "Rarp", "Reverse ARP; chains `root` and `rarp`.", { ...macs, ...arp }),
  ip: protocol("ip", "Ip", "IPv4, packet by packet; chains `root` and `ipv4`.", {
    ...macs,
    ...addresses(ipv4, ipv4Mask),
    ...ports,
    ...ipProtocol,
    ...dscp,
  }),
  ipv6: protocol("ipv6", "Ipv6", "IPv6, packet by packet; chains `root` and `ipv6`.", {
    ...macs,
    ...addresses(ipv6, ipv6Mask),
    ...ports,
    ...ipProtocol,
    ...icmp,
    typeend: attr(number, "Last type of a range; ICMPv6 only."),
    codeend: attr(number, "Last code of a range; ICMPv6 only."),
  }),
  tcp: protocol("tcp", "Tcp", "TCP over IPv4, by connection; chain `root` only, as all that follow.", {
    ...ports,
    ...v4,
    ...tcpFlags,
  }),
  udp: protocol("udp", "Udp", "UDP over IPv4.", { ...ports, ...v4 }),
  sctp: protocol("sctp", "Sctp", "SCTP over IPv4.", { ...ports, ...v4 }),
  icmp: protocol("icmp", "Icmp", "ICMP.", { ...v4, ...icmp }),
  igmp: protocol("igmp", "Igmp", "IGMP.", v4),
  all: protocol("all", "All", "Any protocol over IPv4.", v4),
  esp: protocol("esp", "Esp", "IPsec's encrypted packets over IPv4.", v4),
  ah: protocol("ah", "Ah", "IPsec's signed packets over IPv4.", v4),
  udplite: protocol("udplite", "Udplite", "UDP-Lite over IPv4.", v4),
  tcpIpv6: protocol("tcp-ipv6", "TcpIpv6", "TCP over IPv6.", { ...ports, ...v6, ...tcpFlags }),
  udpIpv6: protocol("udp-ipv6", "UdpIpv6", "UDP over IPv6.", { ...ports, ...v6 }),
  sctpIpv6: protocol("sctp-ipv6", "SctpIpv6", "SCTP over IPv6.", { ...ports, ...v6 }),
  icmpv6: protocol("icmpv6", "Icmpv6", "ICMPv6.", { ...v6, ...icmp }),
  allIpv6: protocol("all-ipv6", "AllIpv6", "Any protocol over IPv6.", v6),
  espIpv6: protocol("esp-ipv6", "EspIpv6", "IPsec's encrypted packets over IPv6.", v6),
  ahIpv6: protocol("ah-ipv6", "AhIpv6", "IPsec's signed packets over IPv6.", v6),
  udpliteIpv6: protocol("udplite-ipv6", "UdpliteIpv6", "UDP-Lite over IPv6.", v6),
};
