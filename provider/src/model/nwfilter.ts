/** A network filter: rules that the packets of domains' cards pass. */
import { unknown } from "../unknown";
import {
  amount,
  attr,
  between,
  child,
  either,
  element,
  type Fault,
  leaf,
  like,
  list,
  oneOf,
  text,
} from "../vocabulary";
import { FilterRef } from "./interface";
import { hatch, whereabouts } from "./lifecycle";
import { uuid } from "./names";
import { ports, protocols } from "./nwfilterProtocols";

/** Whose packets have ports: by name and by number; 33 is DCCP. */
const withPorts = ["tcp", "6", "udp", "17", "33", "sctp", "132"];
/** Ports where the packets have none. */
function portless(name: string, said: unknown): Fault[] {
  const { protocol, ...rest } = typeof said === "object" && said !== null ? (said as Record<string, unknown>) : {};
  const named = String(amount(String(protocol)) ?? String(protocol).toLowerCase());
  if (protocol === unknown || withPorts.includes(named)) return [];
  return Object.keys(ports)
    .filter((port) => rest[port] !== undefined)
    .map((port) => ({
      path: [name, port],
      reason:
        "is a port, and only TCP, UDP, DCCP and SCTP have ports: say which it is in `protocol`: tcp, udp, 33 or sctp",
    }));
}
/** What libvirt would pass over without a word. */
function idle({ chain, priority: of }: Readonly<Record<string, unknown>>): Fault[] {
  if (of === undefined || chain !== undefined) return [];
  return [
    {
      path: ["priority"],
      reason: "is the chain's, and libvirt heeds it only where `chain` is said too: say `chain: root`",
    },
  ];
}
const priority = between(-1000, 1000);
const Rule = element(
  "rule",
  "What happens to packets of one kind.",
  {
    action: attr(
      oneOf("drop", "accept", "reject", "continue", "return"),
      "`drop` and `accept` decide, `reject` tells the sender too, `return` goes back to the filter before, `continue` to the next rule.",
      { required: true },
    ),
    direction: attr(oneOf("in", "out", "inout"), "Towards the guest, from it, or both.", { required: true }),
    priority: attr(priority, "The lowest comes first; rules of one priority in their order. 500 if left out."),
    statematch: attr(
      like(/^(false|0|true|1)$/i, "true or false"),
      "`false` lets connections' states be, so that packets are looked at one by one. True if left out.",
    ),
    ...protocols,
  },
  {
    named: "NwFilterRule",
    rule: (value) => {
      const [, ...others] = Object.keys(protocols).filter((name) => value[name] !== undefined);
      return [
        ...others.map((name) => ({ path: [name], reason: "is a second protocol: a rule looks at one" })),
        ...["ip", "ipv6"].flatMap((name) => portless(name, value[name])),
      ];
    },
  },
);
const Entry = element(
  "entry",
  "A rule, or another filter whose rules stand here.",
  { rule: child(Rule), filterref: child(FilterRef, { doc: "Another filter whose rules stand here." }) },
  { named: "NwFilterEntry" },
);
export const NwFilter = element(
  "filter",
  "A network filter: rules that the packets of domains' cards pass.",
  {
    name: attr(text, "Its name on the host.", { lands: "replace" }),
    chain: attr(
      like(
        /^(root|(?=.{1,12}$)(mac|stp|vlan|arp|rarp|ipv4|ipv6)[\w.:-]*)$/,
        "root, or up to 12 letters, digits and _.:- that start with mac, stp, vlan, arp, rarp, ipv4 or ipv6",
      ),
      "The chain of the host's rules in which it stands: `root`, or a name that starts with what it filters: `arp`, `ipv4-mine`. `root` if left out.",
    ),
    priority: attr(
      priority,
      "The chain with the lowest comes first; by its kind, from -800 for `mac` to -400 for `rarp`, 0 for `root` and `stp`, if left out.",
    ),
    uuid: leaf(uuid, "Its UUID; made up if left out.", { lands: "replace" }),
    entries: list(either(Entry), (e) => e.filterref?.filter, { ordered: true }),
    host: whereabouts,
    xml: { ...hatch, facts: { ...hatch.facts, lands: "define" as const } },
  },
  { named: "NwFilterDefinition", lands: "define", rule: idle },
);
