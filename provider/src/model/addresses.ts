/** IP addresses and their networks: what they may be, and what must be true of several together. */
import { isIPv4, isIPv6 } from "node:net";
import { between, type Fault, textThat } from "../vocabulary";

const bits = { ipv4: 32, ipv6: 128 } as const;
type Family = keyof typeof bits;
interface Address {
  readonly family: Family;
  readonly number: bigint;
  readonly text: string;
}
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

/** Undefined where it is none, or not known yet. */
export function addressOf(text: unknown): Address | undefined {
  if (typeof text !== "string") return undefined;
  if (isIPv4(text)) return { family: "ipv4", number: joined(text.split("."), 8n, 10), text };
  return isIPv6(text) ? { family: "ipv6", number: joined(groups(text), 16n, 16), text } : undefined;
}
const joined = (parts: readonly string[], width: bigint, base: number): bigint =>
  parts.reduce((sum, part) => (sum << width) | BigInt(Number.parseInt(part, base)), 0n);
/** All eight of them. */
function groups(text: string): string[] {
  const [plain = ""] = text.split("%");
  const [head = [], tail] = plain.split("::").map((half) => half.split(":").filter(Boolean).flatMap(pairOf));
  return tail ? [...head, ...Array<string>(8 - head.length - tail.length).fill("0"), ...tail] : head;
}
/** `::ffff:192.0.2.1` ends in two groups. */
function pairOf(group: string): string[] {
  const { number } = (group.includes(".") && addressOf(group)) || { number: undefined };
  return number === undefined ? [group] : [(number >> 16n).toString(16), (number & 0xffffn).toString(16)];
}

/** Of a mask of IPv4, the length of its prefix. */
function lengthOf(mask: unknown): number | undefined {
  const address = addressOf(mask);
  const digits = address?.family === "ipv4" ? address.number.toString(2).padStart(bits.ipv4, "0") : "";
  return /^1*0*$/.test(digits) && digits ? digits.lastIndexOf("1") + 1 : undefined;
}
/** An address with nothing behind the prefix, or with ones. */
const edge = ({ family, number }: Address, length: number, ones: boolean): bigint => {
  const rest = BigInt(bits[family] - length);
  return ((number >> rest) << rest) | (ones ? (1n << rest) - 1n : 0n);
};

/** Of an address, its mask or prefix, and the family that is said of them. */
export function familyFaults({ family, address, netmask: mask, prefix: length }: Said): Fault[] {
  const is = addressOf(address)?.family;
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
  value["family"] === undefined && addressOf(value["address"])?.family === "ipv6"
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
const isLength = (length: unknown, { family }: Address): length is number =>
  typeof length === "number" && Number.isSafeInteger(length) && length >= 0 && length <= bits[family];
/** What libvirt takes where nothing is said: the class that an address of IPv4 once had. */
function natural({ family, number }: Address): number | undefined {
  if (family === "ipv6") return number === 0n ? 0 : 64;
  if (number === 0n) return 0;
  const octet = Number(number >> 24n);
  return octet < 128 ? 8 : octet < 192 ? 16 : octet < 224 ? 24 : undefined;
}
export const isIn = ({ family, number }: Address, { of, length }: Around): boolean =>
  family === of.family && edge({ ...of, number }, length, false) === edge(of, length, false);
const spelled = ({ of, length }: Around): string => `${of.text}/${length}`;

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
  const { text, number, family } = address;
  if (!isIn(address, around)) return `is ${text}, which is not in the network of ${spelled(around)}`;
  if (family === "ipv6" || number !== edge(around.of, around.length, key === "end")) return undefined;
  const what = key === "end" ? "to which broadcasts go" : "of the network itself";
  return `is ${text}, the address ${what}: no guest can have it`;
}
/** Libvirt counts only in the last sixteen bits. */
function orderFault(first: Address, last: Address): string | undefined {
  if (first.family !== last.family) return `is ${last.text}, and start is ${first.text}: both must be of one family`;
  if (last.number < first.number) return `is ${last.text}, before start, which is ${first.text}`;
  return last.number >> 16n === first.number >> 16n
    ? undefined
    : `is ${last.text}, too far from start: all but the last 16 bits must be those of ${first.text}`;
}

/** Of a route, whose address is that of a whole network. */
export function routeFaults(route: Said): Fault[] {
  const { address, gateway, family, prefix: length, netmask: mask } = route;
  const faults = toldFamily(route);
  const [to, by] = [addressOf(address), addressOf(gateway)];
  if (to && by && to.family !== by.family)
    faults.push({
      path: ["gateway"],
      reason: `is ${by.text}; it must be an address of ${to.family}, as ${to.text} is`,
    });
  if (faults.length > 0 || !to || (family !== undefined && typeof family !== "string")) return faults;
  const known = mask === undefined ? (length ?? 0) : lengthOf(mask);
  if (!isLength(known, to) || to.number === edge(to, known, false)) return faults;
  return length === undefined && mask === undefined
    ? [{ path: ["prefix"], reason: `is required: how many bits of ${to.text} are those of the network` }]
    : [{ path: ["address"], reason: `is ${to.text}, which is not the address of a network of prefix ${known}` }];
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
      ? [{ path: ["routes", i, "gateway"], reason: `is ${by.text}, which is in none of the networks of ips` }]
      : [];
  });
}

/** Of ports from `start` to `end`. */
export const backwards = ({ start, end }: Said): Fault[] =>
  typeof start === "number" && typeof end === "number" && end < start
    ? [{ path: ["end"], reason: `is ${end}, before start, which is ${start}` }]
    : [];
