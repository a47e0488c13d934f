/** What the user reads: while the wait lasts, and when it ends without what was wanted. */
import { type Answer, type Answers, family, type Source } from "./addresses";

/** What is waited for, as far as it is not there yet. */
export interface Pending {
  readonly address?: "any" | "ipv4" | "ipv6";
  readonly agent?: boolean;
  readonly cloudInit?: boolean;
}
export interface Told {
  readonly pending: Pending;
  /** The sources that are asked for addresses. */
  readonly sources: readonly Source[];
  readonly answers: Answers;
  /** What the agent says of itself, whether or not it is asked for addresses. */
  readonly agent: string;
  /** What is known of cloud-init's progress, by where it was looked for. */
  readonly cloudInit: { readonly agent: string; readonly console: string };
  /** Whole seconds since the wait began. */
  readonly seconds: number;
}

const versions = { any: "an address", ipv4: "an IPv4 address", ipv6: "an IPv6 address" } as const;
const wantedOf = ({ address, agent, cloudInit }: Pending): string[] => [
  ...(address ? [versions[address]] : []),
  ...(agent ? ["the guest agent"] : []),
  ...(cloudInit ? ["cloud-init"] : []),
];

/** `waiting for an address: lease none, arp none, agent not connected (12 s)` */
export function status(told: Told): string {
  const { pending, seconds } = told;
  const facts = [
    ...(pending.address ? told.sources.map((source) => `${source} ${answered(told.answers[source])}`) : []),
    ...(pending.agent && !(pending.address && told.sources.includes("agent")) ? [`agent ${told.agent}`] : []),
    ...(pending.cloudInit && !pending.address ? cloudInitFacts(told) : []),
  ];
  return `waiting for ${wantedOf(pending).join(" and ")}: ${facts.join(", ")} (${seconds} s)`;
}

const cloudInitFacts = ({ cloudInit: { agent, console } }: Told): string[] => [`agent ${agent}`, `console ${console}`];

function answered(answer: Answer | undefined): string {
  if (!answer) return "not asked yet";
  if ("silent" in answer) return answer.silent;
  const useful = answer.found.map(({ address }) => address).filter((address) => family(address));
  if (useful.length > 0) return useful.join(" ");
  return answer.found.length > 0 ? "only link-local" : "none";
}

const advice = {
  address:
    "see on its console (`virsh console`) whether it boots and asks for an address by DHCP, and whether its network is the one you meant",
  agent: "see whether qemu-guest-agent is installed and runs in it",
  cloudInit: "see `cloud-init status --long` in the guest, or its console (`virsh console`)",
} as const;

/** Why the wait ended without what was wanted: what each source said last, and what to do. `because` is such as `within 300 s`. */
export function reasons(told: Told, because: string): string[] {
  const { pending } = told;
  const kept = "The machine is kept as it is";
  const next = "then run `pulumi up` again: it waits again";
  const answers = told.sources.map((source) => `${source}: ${answered(told.answers[source])}`).join("; ");
  return [
    ...(pending.address
      ? [
          `no ${versions[pending.address].replace(/^an /, "")} ${because} (${answers}). ${kept}: ${advice.address}, ${next}`,
        ]
      : []),
    ...(pending.agent
      ? [`the guest agent did not answer ${because} (${told.agent}). ${kept}: ${advice.agent}, ${next}`]
      : []),
    ...(pending.cloudInit
      ? [
          `cloud-init was not through ${because} (${cloudInitFacts(told).join("; ")}). ${kept}: ${advice.cloudInit}, ${next}`,
        ]
      : []),
  ];
}
