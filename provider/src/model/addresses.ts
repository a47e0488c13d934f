/** IP addresses and their networks: what they may be, and what must be true of several together. */
import { isIPv4, isIPv6 } from "node:net";
import { IPv4, IPv6, parse } from "ipaddr.js";
import { between, type Fault, textThat } from "../vocabulary";

const bits = { ipv4: 32, ipv6: 128 } as const;
type Address = IPv4 | IPv6;
/** A value of a program's: parts may be unknown, or not what they must be, which others say. */
export type Said = Readonly<Record<string, unknown>>;
const isSaid = (value: unknown): value is Said => typeof value === "object" && value !== null;

export const ipAddress = textThat(
  (value) => isIPv4(value) || isIPv6(value),
  "an IP address such as 192.168.100.1 or fd00::1",
);
/** Libvirt translates only these. */
export const ipv4Address = textThat(isIPv4, "an IPv4 address such as 192.168.100.1");
export const netmask = textThat((value) => lengthOf(value) !== undefined, "a mask such as 255.255.255.0");
export const prefix = between(0, bits.ipv6);
export const port = between(1, 65_535);

/** Undefined where it is none, or not known yet. Spellings of C alone (`10.1`) are none. */
export const addressOf = (text: unknown): Address | undefined =>
  typeof text === "string" && (isIPv4(text) || isIPv6(text)) ? parse(text) : undefined;
const before = (a: Address, b: Address): boolean => Buffer.compare(bytes(a), bytes(b)) < 0;
const bytes = (address: Address): Buffer => Buffer.from(address.toByteArray());

/** Of a mask of IPv4, the length of its prefix. */
const lengthOf = (mask: unknown): number | undefined =>
  typeof mask === "string" && isIPv4(mask) ? (IPv4.parse(mask).prefixLengthFromSubnetMask() ?? undefined) : undefined;
/** The address with nothing behind the prefix. */
const firstOf = (address: Address, length: number): Address =>
  (address.kind() === "ipv4" ? IPv4 : IPv6).networkAddressFromCIDR(`${address}/${length}`);

/** Of an address, its mask or prefix, and the family that is said of them. */
export function familyFaults({ family, address, netmask: mask, prefix: length }: Said): Fault[] {
  const is = addressOf(address)?.kind();
  const of = is ?? (family === "ipv4" || family === "ipv6" ? family : undefined);
  const faults: Fault[] = [];
  if (is && typeof family === "string" && family !== is)
    faults.push({ path: ["family"], reason: `is ${family}, but ${String(address)} is of ${is}: say family: ${is}` });
  if (mask !== undefined && of === "ipv6") faults.push({ path: ["netmask"], reason: "is for ipv4 only: say prefix" });
  else if (mask !== undefined && length !== undefined)
    faults.push({ path: ["netmask"], reason: "says the same as prefix: say one of them" });
  if (of && typeof length === "number" && length > bits[of] && length <= bits.ipv6)
    faults.push({ path: ["prefix"], reason: `is ${length}; it must be at most ${bits[of]} for ${of}` });
  return faults;
}
/** Where libvirt takes an address for one of IPv4 unless it is told. */
export const toldFamily = (value: Said): Fault[] =>
  value["family"] === undefined && addressOf(value["address"])?.kind() === "ipv6"
    ? [{ path: ["family"], reason: "is required for an address of ipv6: say family: ipv6" }, ...familyFaults(value)]
    : familyFaults(value);

/** The network that an address is in. */
export interface Around {
  readonly of: Address;
  readonly length: number;
}
export function networkOf({ address, netmask: mask, prefix: length = 0 }: Said): Around | undefined {
  const of = addressOf(address);
  if (!of) return undefined;
  const said = length === 0 ? (mask === undefined ? natural(of) : lengthOf(mask)) : length;
  return isLength(said, of) ? { of, length: said } : undefined;
}
const isLength = (length: unknown, address: Address): length is number =>
  typeof length === "number" && Number.isSafeInteger(length) && length >= 0 && length <= bits[address.kind()];
/** What libvirt takes where nothing is said: the class that an address of IPv4 once had. */
function natural(address: Address): number | undefined {
  if (address.range() === "unspecified") return 0;
  if (address.kind() === "ipv6") return 64;
  const [octet = 0] = address.toByteArray();
  return octet < 128 ? 8 : octet < 192 ? 16 : octet < 224 ? 24 : undefined;
}
export const isIn = (address: Address, { of, length }: Around): boolean =>
  address.kind() === of.kind() && address.match(of, length);
const spelled = ({ of, length }: Around): string => `${of}/${length}`;

/** Of addresses from `start` to `end`, which must be in the network where one is given. */
export function rangeFaults({ start, end }: Said, around?: Around): Fault[] {
  const [first, last] = [addressOf(start), addressOf(end)];
  const said = [["start", first] as const, ["end", last] as const];
  const outside = said.flatMap(([key, address]) => {
    const reason = address && around && placeFault(key, address, around);
    return reason ? [{ path: [key], reason }] : [];
  });
  if (outside.length > 0 || !first || !last) return outside;
  const reason = orderFault(first, last);
  return reason ? [{ path: ["end"], reason }] : [];
}
function placeFault(key: "start" | "end", address: Address, around: Around): string | undefined {
  if (!isIn(address, around)) return `is ${address}, which is not in the network of ${spelled(around)}`;
  if (address.kind() === "ipv6") return undefined;
  const edge = key === "end" ? IPv4.broadcastAddressFromCIDR(spelled(around)) : firstOf(around.of, around.length);
  const what = key === "end" ? "to which broadcasts go" : "of the network itself";
  return String(edge) === String(address) ? `is ${address}, the address ${what}: no guest can have it` : undefined;
}
function orderFault(first: Address, last: Address): string | undefined {
  if (first.kind() !== last.kind()) return `is ${last}, and start is ${first}: both must be of one family`;
  if (before(last, first)) return `is ${last}, before start, which is ${first}`;
  // Libvirt counts only in the last sixteen bits.
  return isIn(last, { of: first, length: bits[first.kind()] - 16 })
    ? undefined
    : `is ${last}, too far from start: all but the last 16 bits must be those of ${first}`;
}

/** Of a route, whose address is that of a whole network. */
export function routeFaults(route: Said): Fault[] {
  const { address, gateway, family, prefix: length, netmask: mask } = route;
  const faults = toldFamily(route);
  const [to, by] = [addressOf(address), addressOf(gateway)];
  if (to && by && to.kind() !== by.kind())
    faults.push({
      path: ["gateway"],
      reason: `is ${by}; it must be an address of ${to.kind()}, as ${to} is`,
    });
  if (faults.length > 0 || !to || (family !== undefined && typeof family !== "string")) return faults;
  const known = mask === undefined ? (length ?? 0) : lengthOf(mask);
  if (!isLength(known, to) || String(to) === String(firstOf(to, known))) return faults;
  return length === undefined && mask === undefined
    ? [{ path: ["prefix"], reason: `is required: how many bits of ${to} are those of the network` }]
    : [{ path: ["address"], reason: `is ${to}, which is not the address of a network of prefix ${known}` }];
}

/** Routes whose gateway no address of the network reaches; an edit of the XML may bring others. */
export function unreachable({ ips = [], routes, xml }: Said): Fault[] {
  const listed = [ips, routes];
  if (!listed.every(Array.isArray) || xml !== undefined) return [];
  const [networks, ways] = listed.map((items) => (items as unknown[]).map((item) => (isSaid(item) ? item : {})));
  const around = networks?.map(networkOf) ?? [];
  if (around.includes(undefined)) return [];
  return (ways ?? []).flatMap(({ gateway }, i) => {
    const by = addressOf(gateway);
    return by && !around.some((network) => network && isIn(by, network))
      ? [{ path: ["routes", i, "gateway"], reason: `is ${by}, which is in none of the networks of ips` }]
      : [];
  });
}

/** Of ports from `start` to `end`. */
export const backwards = ({ start, end }: Said): Fault[] =>
  typeof start === "number" && typeof end === "number" && end < start
    ? [{ path: ["end"], reason: `is ${end}, before start, which is ${start}` }]
    : [];
