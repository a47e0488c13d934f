/** A network filter: rules that the packets of domains' cards pass. */
import { attr, between, child, either, element, leaf, like, list, oneOf, text } from "../vocabulary";
import { FilterRef } from "./interface";
import { uuid } from "./names";
import { protocols } from "./nwfilterProtocols";

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
      return others.map((name) => ({ path: [name], reason: "is a second protocol: a rule looks at one" }));
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
        /^(root|(mac|stp|vlan|arp|rarp|ipv4|ipv6)[\w.:-]{0,9})$/,
        "root, or a name that starts with mac, stp, vlan, arp, rarp, ipv4 or ipv6",
      ),
      "The chain of the host's rules in which it stands: `root`, or a name that starts with what it filters: `arp`, `ipv4-mine`. `root` if left out.",
    ),
    priority: attr(
      priority,
      "The chain with the lowest comes first; by its kind, from -800 for `mac` to -500 for `ipv6`, if left out.",
    ),
    uuid: leaf(uuid, "Its UUID; made up if left out.", { lands: "replace" }),
    entries: list(either(Entry), (e) => e.filterref?.filter),
  },
  { named: "NwFilterDefinition", lands: "define" },
);
