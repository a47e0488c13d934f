/** DHCP of a network: what it lends, and to whom. */
import { attr, child, element, type Fault, like, list, natural, oneOf, text } from "../vocabulary";
import { type Around, ipAddress, rangeFaults, type Said } from "./addresses";
import { mac } from "./names";

const seconds: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600 };
const LEAST_SECONDS = 120;
function tooShort({ expiry, unit = "minutes" }: Said): Fault[] {
  const lasts = typeof expiry === "number" ? expiry * (seconds[String(unit)] ?? Number.NaN) : Number.NaN;
  return lasts > 0 && lasts < LEAST_SECONDS
    ? [
        {
          path: ["expiry"],
          reason: `is ${String(expiry)} ${String(unit)}; it must be two minutes at least, or 0 for ever`,
        },
      ]
    : [];
}
const duid = like(/^[0-9a-fA-F:]+$/, "hexadecimal digits and colons");

const Lease = element(
  "lease",
  "How long an address is lent.",
  {
    expiry: attr(natural, "How long; 0 is for ever."),
    unit: attr(oneOf("seconds", "minutes", "hours"), "The unit of `expiry`; minutes if left out."),
  },
  { named: "DhcpLease", since: "6.3.0", rule: tooShort },
);
const Range = element(
  "range",
  "Addresses to lend.",
  {
    start: attr(ipAddress, "The first.", { required: true }),
    end: attr(ipAddress, "The last.", { required: true }),
    lease: child(Lease),
  },
  { named: "DhcpRange" },
);
const DhcpHost = element(
  "host",
  "A guest that always gets the same address.",
  {
    mac: attr(mac, "Its MAC address; IPv4 only."),
    id: attr(duid, "Its DUID; IPv6 only."),
    name: attr(text, "Its name."),
    ip: attr(ipAddress, "The address.", { required: true }),
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
export const Dhcp = element(
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

const itemsOf = (value: unknown): [Said, number][] =>
  Array.isArray(value) ? value.flatMap((v: unknown, i) => (typeof v === "object" && v ? [[v as Said, i]] : [])) : [];

/** What the network of the address says of what is lent there. */
export function dhcpFaults(dhcp: unknown, around: Around): Fault[] {
  if (typeof dhcp !== "object" || dhcp === null) return [];
  const { ranges, hosts } = dhcp as Said;
  const at =
    (list: string, i: number) =>
    ({ path, reason }: Fault): Fault => ({ path: [list, i, ...path], reason });
  return [
    ...itemsOf(ranges).flatMap(([range, i]) => rangeFaults(range, around).map(at("ranges", i))),
    ...itemsOf(hosts).flatMap(([host, i]) => hostFaults(host, around.of.kind()).map(at("hosts", i))),
  ];
}
function hostFaults({ mac: card, id, name }: Said, family: "ipv4" | "ipv6"): Fault[] {
  if (family === "ipv6" && card !== undefined)
    return [{ path: ["mac"], reason: "is for ipv4 only: say the guest's DUID as id, or its name" }];
  const known = family === "ipv6" ? id : card;
  return known === undefined && name === undefined
    ? [{ path: [], reason: `does not say which guest: give its ${family === "ipv6" ? "id (DUID)" : "mac"} or name` }]
    : [];
}
