/** Asks the host where a machine can be reached. */
import { asFailure, type Failure } from "../../../failure";
import type { Host, Limits } from "../../../host/host";
import { remoteErrorOf } from "../../../libvirt";
import type { Answer, Found, Source } from "./addresses";
import { neighbours, unreadable } from "./neighbours";

export interface Machine {
  readonly uuid: string;
  readonly name: string;
  readonly macs: readonly string[];
  /** It was started just now (what `start` answered): addresses of its former life do not count. */
  readonly booting?: boolean;
}
export const objectOf = (machine: Machine): string => `domain ${machine.name}`;

/** virDomainInterfaceAddressesSource */
const numbers: Readonly<Record<Source, number>> = { lease: 0, agent: 1, arp: 2 };
/** A guest that hangs keeps its agent's socket open: libvirt would wait for ever. */
const patience = 10_000;
/** The limits of one question to the agent. */
const agentLimits = (limits: Limits): Limits => ({
  ...limits,
  deadline: Math.min(limits.deadline ?? Number.POSITIVE_INFINITY, Date.now() + patience),
});

export async function ask(host: Host, machine: Machine, source: Source, limits: Limits): Promise<Answer> {
  try {
    return { found: await addresses(host, machine, source, limits) };
  } catch (thrown) {
    if (source !== "arp" || !unreadable(asFailure(thrown)) || !host.can("shell")) throw thrown;
    const ours = new Set(machine.macs.map((mac) => mac.toLowerCase()));
    return { found: (await neighbours(host)).filter(({ mac }) => ours.has(mac.toLowerCase())) };
  }
}

async function addresses(host: Host, machine: Machine, source: Source, limits: Limits): Promise<Found[]> {
  const about = { object: objectOf(machine), ...(source === "agent" ? agentLimits(limits) : limits) };
  const { ifaces } = await host.call(
    "domainInterfaceAddresses",
    { dom: { uuid: machine.uuid }, source: numbers[source] },
    about,
  );
  return ifaces.flatMap(({ name, hwaddr, addrs }): Found[] => {
    const mac = hwaddr ?? "";
    // The lease and ARP sources name the host's end of the card, which is nothing to a user.
    if (source !== "agent") return addrs.map(({ addr }) => ({ mac, address: addr }));
    // A DHCP server tells of its lease before the guest has set the address.
    return addrs.length > 0 ? addrs.map(({ addr }) => ({ mac, name, address: addr })) : [{ mac, name }];
  });
}

/** virErrorNumber */
const AGENT_UNRESPONSIVE = 86;
const ARGUMENT_UNSUPPORTED = 74;

/** Why a source cannot say, in a few words. */
export function whyNot(failure: Failure): string {
  const error = remoteErrorOf(failure);
  // Libvirt's one code for an agent that has not opened its channel, and for one that has and says nothing.
  if (error?.code === AGENT_UNRESPONSIVE)
    return /not connected/.test(failure.problem) ? "not connected" : "does not answer";
  if (error?.code === ARGUMENT_UNSUPPORTED && /agent/i.test(failure.problem)) return "not configured";
  if (failure.code === "timeout") return "does not answer";
  return failure.problem.replace(/^internal error: /, "");
}

/** The agent lives, though it refused this one command. */
export const agentRefused = (why: string): boolean => /unable to execute QEMU agent command/.test(why);
