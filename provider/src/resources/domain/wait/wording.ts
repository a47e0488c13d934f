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
    ...(pending.cloudInit && !pending.address ? cloudInitFacts(told).map((fact) => fact.replace(": ", " ")) : []),
  ];
  return `waiting for ${wantedOf(pending).join(" and ")}: ${facts.join(", ")} (${seconds} s)`;
}

const cloudInitFacts = ({ cloudInit: { agent, console } }: Told): string[] => [
  `agent: ${agent}`,
  `console: ${console}`,
];

function answered(answer: Answer | undefined): string {
  if (!answer) return "not asked yet";
  if ("silent" in answer) return answer.silent;
  const known = answer.found.flatMap(({ address }) => address ?? []);
  const useful = known.filter((address) => family(address));
  if (useful.length > 0) return useful.join(" ");
  return known.length > 0 ? "only link-local" : "none";
}

const advice = {
  address:
    "See on its console (`virsh console`) whether it boots and asks for an address by DHCP, and whether its network is the one you meant",
  agent: "See whether qemu-guest-agent is installed and runs in it",
  cloudInit: "See `cloud-init status --long` in the guest, and whether cloud-init is installed there",
} as const;
const next = "`pulumi up` waits again";

/** Why each thing that was wanted is not there in time: what each source said last, that the machine is kept, and what to do. */
export function timedOut(told: Told): string[] {
  const { pending, seconds } = told;
  const late = (what: string, said: string, remedy: string): string =>
    `${what} within ${seconds} s (${said}). The machine is kept. ${remedy}; ${next}`;
  const ofAddresses = told.sources.map((source) => `${source}: ${answered(told.answers[source])}`).join("; ");
  return [
    ...(pending.address
      ? [late(`no ${versions[pending.address].replace(/^an /, "")}`, ofAddresses, advice.address)]
      : []),
    ...(pending.agent ? [late("the guest agent did not answer", told.agent, advice.agent)] : []),
    ...(pending.cloudInit
      ? [late("cloud-init was not through", cloudInitFacts(told).join("; "), advice.cloudInit)]
      : []),
  ];
}

export function cancelled(told: Told): string {
  return `${status(told)} was cancelled. The machine is kept and goes on by itself; ${next}`;
}
