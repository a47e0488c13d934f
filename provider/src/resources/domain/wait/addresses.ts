/** Which of the addresses that somebody saw are the machine's, and in which order they are told. */
import { BlockList, isIP } from "node:net";

export const sources = ["lease", "arp", "agent"] as const;
export type Source = (typeof sources)[number];

/** An address at a network card, as one source saw it. */
export interface Found {
  readonly mac: string;
  /** Without a prefix length; absent where the source knows the card, but no address of it yet. */
  readonly address?: string;
  /** The card's name: the guest's own where the agent tells it, else the host's. */
  readonly name?: string;
}
/** What a source said: addresses (none is an answer too), or why it cannot say. */
export type Answer = { readonly found: readonly Found[] } | { readonly silent: string };
export type Answers = Readonly<Partial<Record<Source, Answer>>>;

export interface Nic {
  /** The guest's name for it where the agent told it, else empty. */
  readonly name: string;
  readonly mac: string;
  readonly addresses: readonly string[];
}
export interface Seen {
  /** Of all cards in the domain's order: IPv4 before IPv6. */
  readonly addresses: readonly string[];
  readonly nics: readonly Nic[];
}

/** Addresses at which nobody else can reach the machine. */
const useless = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  useless.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of [
  ["::", 127],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  useless.addSubnet(network, prefix, "ipv6");

/** The version of an address at which the machine can be reached; undefined for loopback, link-local, multicast and what is no address. */
export function family(address: string): "ipv4" | "ipv6" | undefined {
  const version = isIP(address);
  const name = version === 4 ? "ipv4" : version === 6 ? "ipv6" : undefined;
  return name && !useless.check(address, name) ? name : undefined;
}

/** Whom to believe: the guest knows best, then the DHCP server; the neighbour table may hold what was true yesterday. */
const trust: readonly Source[] = ["agent", "lease", "arp"];

/** What the sources say together of the cards with these MACs; addresses of other cards (a container's bridge in the guest) are left out. */
export function gather(macs: readonly string[], answers: Answers): Seen {
  const nics = macs.map((mac): Nic => {
    const at = (source: Source): Found[] => {
      const answer = answers[source];
      return answer && "found" in answer ? answer.found.filter((f) => sameMac(f.mac, mac)) : [];
    };
    const best = (version: "ipv4" | "ipv6"): string[] => {
      for (const source of trust) {
        const known = at(source).flatMap(({ address = "" }) =>
          family(address) === version ? [address.toLowerCase()] : [],
        );
        if (known.length > 0) return [...new Set(known)].sort(byNumber);
      }
      return [];
    };
    return { name: at("agent")[0]?.name ?? "", mac, addresses: [...best("ipv4"), ...best("ipv6")] };
  });
  const all = [...new Set(nics.flatMap(({ addresses }) => addresses))];
  const of = (version: "ipv4" | "ipv6"): string[] => all.filter((address) => family(address) === version);
  return { addresses: [...of("ipv4"), ...of("ipv6")], nics };
}

const sameMac = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
/** So that one set of addresses always has one order, whoever listed it. */
const byNumber = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

/** Whether the addresses are what was waited for. */
export const enough = (wanted: "any" | "ipv4" | "ipv6" | "none", { addresses }: Seen): boolean =>
  wanted === "none" || addresses.some((address) => wanted === "any" || family(address) === wanted);
