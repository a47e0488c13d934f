/** What a rule of a network filter can look at, protocol by protocol. A value is a literal or a variable that `filterref` fills in. */
import { isIPv4, isIPv6 } from "node:net";
import {
  amount,
  attr,
  child,
  element,
  type Field,
  like,
  numeric,
  oneOf,
  type Shape,
  type Type,
  text,
  textThat,
  type Value,
  yesNo,
} from "../vocabulary";

/** `$IP`, `$PORTS[2]`, `$PORTS[@1]`. */
const isVariable = /^\$ *\w+(\[ *@?\d+ *\])? *$/;
const orVariable = (holds: (value: string) => boolean, what: string): Type<string> =>
  textThat((value) => isVariable.test(value) || holds(value), `${what}, or a variable such as $IP`);
/** A number between these bounds, one of these words in letters of any case, or a variable. */
const number = (most: number, words: readonly string[] = [], least = 0): Type<string> => {
  const names = words.map((word) => word.toLowerCase());
  const fits = (value: string): boolean => {
    const is = amount(value);
    return is === undefined
      ? names.includes(value.toLowerCase()) || isVariable.test(value)
      : is >= least && is <= most && !value.startsWith("-");
  };
  const named = words.length > 0 ? `${words.join(", ")}, ` : "";
  return numeric(
    textThat(fits, `${named}a number from ${least} to ${most} (hexadecimal after 0x), or a variable such as $IP`),
  );
};
const [byte, short, long] = [number(0xff), number(0xffff), number(0xffff_ffff)];

const isMac = (value: string): boolean => /^([0-9a-fA-F]{1,2}:){5}[0-9a-fA-F]{1,2}$/.test(value);
/** Ones, and behind the first zero nothing but zeros. */
const isMask = (bytes: readonly number[]): boolean =>
  /^1*0*$/.test(bytes.map((byte) => byte.toString(2).padStart(8, "0")).join(""));
const isLength = (value: string, most: number): boolean => /^\d+$/.test(value) && Number(value) <= most;
const isMask4 = (value: string): boolean => isIPv4(value) && isMask(value.split(".").map(Number));
const mac = orVariable(isMac, "a MAC address");
const macMask = orVariable(
  (value) => isMac(value) && isMask(value.split(":").map((byte) => Number.parseInt(byte, 16))),
  "a mask of a MAC address: ones and then zeros only, such as ff:ff:ff:00:00:00",
);
const ipv4 = orVariable(isIPv4, "an IPv4 address");
const ipv4Mask = numeric(
  orVariable(
    (value) => isLength(value, 32) || isMask4(value),
    "the length of a prefix up to 32, or a mask such as 255.255.255.0",
  ),
);
const ipv6 = orVariable(isIPv6, "an IPv6 address");
const ipv6Mask = numeric(
  orVariable(
    (value) => isLength(value, 128) || isIPv6(value),
    "the length of a prefix up to 128, or a mask such as ffff:ffff::",
  ),
);

const sourceMac = { srcmacaddr: attr(mac, "MAC address of the sender.") };
const sourceMacs = { ...sourceMac, srcmacmask: attr(macMask, "Which bits of the sender's count.") };
const macs = {
  ...sourceMacs,
  dstmacaddr: attr(mac, "MAC address of the receiver."),
  dstmacmask: attr(macMask, "Which bits of the receiver's count."),
};
const addresses = (address: Type<string>, mask: Type<string>) => ({
  srcipaddr: attr(address, "Address of the sender."),
  srcipmask: attr(mask, "Which bits of it count: a mask, or the length of a prefix."),
  dstipaddr: attr(address, "Address of the receiver."),
  dstipmask: attr(mask, "Which bits of it count: a mask, or the length of a prefix."),
});
const dscp = { dscp: attr(number(63), "Differentiated services code point, 0 to 63.") };
const tracked = (address: Type<string>, mask: Type<string>) => ({
  ...sourceMac,
  ...addresses(address, mask),
  srcipfrom: attr(address, "First address of a range of senders."),
  srcipto: attr(address, "Last address of that range."),
  dstipfrom: attr(address, "First address of a range of receivers."),
  dstipto: attr(address, "Last address of that range."),
  ...dscp,
  connlimitAbove: attr(
    short,
    "Only what would be more than so many connections at once. The rule must drop or reject.",
    {
      as: "connlimit-above",
    },
  ),
  state: attr(
    like(
      /^(NONE|(NEW|ESTABLISHED|RELATED|INVALID)(,(NEW|ESTABLISHED|RELATED|INVALID))*)$/i,
      "NONE, or of NEW, ESTABLISHED, RELATED and INVALID some, parted by commas",
    ),
    "States of the connection: `NEW`, `ESTABLISHED`, `RELATED`, `INVALID`, several parted by commas; or `NONE`.",
  ),
  ipset: attr(text, "A set of addresses that the host keeps (`ipset`)."),
  ipsetflags: attr(
    like(/^(src|dst)(,(src|dst)){0,5}$/i, "up to six of src and dst, parted by commas"),
    "Which parts of the packet the set is asked for: `src`, `dst`, `src,dst`.",
  ),
});
/** Where a packet comes from and goes to on its hosts. */
export const ports = {
  srcportstart: attr(short, "First port of a range of senders."),
  srcportend: attr(short, "Last port of that range; the same if left out."),
  dstportstart: attr(short, "First port of a range of receivers."),
  dstportend: attr(short, "Last port of that range; the same if left out."),
};
const frames = ["arp", "rarp", "ipv4", "ipv6", "vlan"];
const operations = ["Request", "Reply", "Request_Reverse", "Reply_Reverse", "DRARP_Request", "DRARP_Reply"].concat([
  "DRARP_Error",
  "InARP_Request",
  "ARP_NAK",
]);
const arp = {
  arpsrcmacaddr: attr(mac, "MAC address that the packet says is the sender's."),
  arpsrcipaddr: attr(ipv4, "Address that the packet says is the sender's."),
  arpdstmacaddr: attr(mac, "MAC address that the packet says is the receiver's."),
  arpdstipaddr: attr(ipv4, "Address that the packet asks for."),
  hwtype: attr(short, "Type of hardware: 1 is Ethernet."),
  opcode: attr(number(0xffff, operations), "The operation: `Request`, `Reply`, … or its number."),
  protocoltype: attr(short, "The protocol whose addresses are asked for: 0x800 is IPv4."),
  gratuitous: attr(oneOf("yes", "no", "true", "false", "1", "0"), "Whether it is an answer that nobody asked for."),
};
const icmp = { type: attr(byte, "Type of the message."), code: attr(byte, "Its code.") };
/** A range whose end is written with `-hi` behind the name. */
const upTo = (name: string, what: string, type = short): Field<string> =>
  attr(type, `${what}: the last of a range.`, { as: `${name}-hi` });
const stp = {
  type: attr(byte, "Type of the bridge's message."),
  flags: attr(byte, "Its flags."),
  rootPriority: attr(short, "Priority of the root bridge.", { as: "root-priority" }),
  rootPriorityHi: upTo("root-priority", "Priority of the root bridge"),
  rootAddress: attr(mac, "MAC address of the root bridge.", { as: "root-address" }),
  rootAddressMask: attr(macMask, "Which bits of it count.", { as: "root-address-mask" }),
  rootCost: attr(long, "Cost of the way to the root bridge.", { as: "root-cost" }),
  rootCostHi: upTo("root-cost", "Cost of the way to the root bridge", long),
  senderPriority: attr(short, "Priority of the sender.", { as: "sender-priority" }),
  senderPriorityHi: upTo("sender-priority", "Priority of the sender"),
  senderAddress: attr(mac, "MAC address of the sender.", { as: "sender-address" }),
  senderAddressMask: attr(macMask, "Which bits of it count.", { as: "sender-address-mask" }),
  port: attr(short, "The port."),
  portHi: upTo("port", "The port"),
  age: attr(short, "Age of the message."),
  ageHi: upTo("age", "Age of the message"),
  maxAge: attr(short, "The most that messages may age.", { as: "max-age" }),
  maxAgeHi: upTo("max-age", "The most that messages may age"),
  helloTime: attr(short, "Time between messages.", { as: "hello-time" }),
  helloTimeHi: upTo("hello-time", "Time between messages"),
  forwardDelay: attr(short, "Delay before a port forwards.", { as: "forward-delay" }),
  forwardDelayHi: upTo("forward-delay", "Delay before a port forwards"),
};
const ipProtocol = {
  protocol: attr(
    number(0xff, ["tcp", "udp", "udplite", "esp", "ah", "icmp", "igmp", "sctp", "icmpv6"]),
    "The protocol inside: `tcp`, `udp`, `udplite`, `esp`, `ah`, `icmp`, `igmp`, `sctp`, `icmpv6`, or its number.",
  ),
};
const someFlags = "(ALL|NONE|(SYN|ACK|URG|PSH|FIN|RST)(,(SYN|ACK|URG|PSH|FIN|RST))*)";
const tcpFlags = {
  flags: attr(
    like(
      new RegExp(`^${someFlags}/${someFlags}$`, "i"),
      "flags to look at, a slash, and those that must be set, such as SYN,ACK/SYN",
    ),
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
    protocolid: attr(
      number(0xffff, frames, 0x600),
      "The protocol inside: `arp`, `rarp`, `ipv4`, `ipv6`, `vlan`, or its EtherType.",
    ),
  }),
  vlan: protocol("vlan", "Vlan", "Frames with a VLAN's tag (802.1Q); chains `root` and `vlan`.", {
    ...macs,
    vlanid: attr(number(4095), "Number of the VLAN, 0 to 4095."),
    encapProtocol: attr(number(0xffff, frames, 0x3c), "The protocol inside: `arp`, `ipv4`, … or its EtherType.", {
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
    typeend: attr(byte, "Last type of a range; ICMPv6 only."),
    codeend: attr(byte, "Last code of a range; ICMPv6 only."),
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
