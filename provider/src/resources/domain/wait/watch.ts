/** Keeps asking all that can tell of a machine, each for itself, and wakes at its events and by a clock. */
import type { Failure } from "../../../failure";
import type { Host, Limits } from "../../../host/host";
import type { EventName } from "../../../libvirt";
import type { WaitFor } from "../../../model";
import { powerOf } from "../power";
import type { Power } from "../powerState";
import { type Answer, type Answers, type Source, sources } from "./addresses";
import type { FromAgent } from "./cloudInit";
import { listen } from "./console";
import { cloudInitOf } from "./guestFiles";
import { leasesSince } from "./leases";
import { type Probe, probe } from "./probe";
import { agentRefused, ask, type Machine, whyNot } from "./sources";
import { sourcesOf, type Verdict, verdict } from "./verdict";
import type { Told } from "./wording";

/**
 * No event of libvirt tells of a lease, of a neighbour or of a file in the guest: a clock asks for these, by calls of a
 * millisecond each. What has an event (the agent, the machine's own life) does not wait for it.
 */
const tick = 1000;
const wakers = ["domainLifecycle", "domainAgentLifecycle"] as const satisfies readonly EventName[];

export interface Watch {
  verdict(): Verdict;
  /** What is known, for people. */
  told(): Omit<Told, "seconds">;
  close(): void;
}

/** `changed` is called after each answer. */
export async function watch(
  host: Host,
  machine: Machine,
  wanted: WaitFor,
  limits: Pick<Limits, "signal">,
  changed: () => void,
): Promise<Watch> {
  const closing = new AbortController();
  const signal = limits.signal ? AbortSignal.any([limits.signal, closing.signal]) : closing.signal;
  // Not the deadline of the whole: each question has its own end, and the last answers are what the user is told.
  const bounds: Limits = { signal };
  const silent = (failure: Failure): Answer => ({ silent: whyNot(failure) });
  const wantsAgent = Boolean(wanted.agent || wanted.cloudInit);
  const asking = sources.filter((source) => sourcesOf(wanted).includes(source) || (source === "agent" && wantsAgent));

  const leases = machine.booting ? leasesSince(host, machine, bounds) : undefined;
  const power = probe<Power | undefined>(
    () => powerOf(host, machine.uuid, bounds),
    () => undefined,
    changed,
  );
  const bySource = new Map<Source, Probe<Answer>>(
    asking.map((source) => [
      source,
      probe(() => (source === "lease" && leases ? leases.ask() : ask(host, machine, source, bounds)), silent, changed),
    ]),
  );
  const agentSays = (): string => {
    const answer = bySource.get("agent")?.last;
    if (!answer) return "not asked yet";
    return "found" in answer || agentRefused(answer.silent) ? "connected" : answer.silent;
  };
  const agentAnswers = (): boolean => agentSays() === "connected";

  const files = probe<FromAgent>(
    async () => (agentAnswers() ? cloudInitOf(host, machine, bounds) : { silent: agentSays() }),
    (failure) => ({ silent: whyNot(failure) }),
    () => {
      // The agent may read the guest's files: nobody needs the console then, and only one can hold it.
      if (files.last && !("silent" in files.last)) console?.close();
      changed();
    },
  );
  const console = wanted.cloudInit ? listen(host, machine, bounds, changed) : undefined;
  const probes = [power, ...bySource.values(), ...(console ? [files] : [])];
  const kick = (): void => {
    console?.kick();
    for (const each of probes) each.kick();
  };
  const again = (): void => {
    for (const each of probes) each.again();
  };

  const concerns = (event: { readonly dom: { readonly uuid: string } }): void => {
    if (event.dom.uuid === machine.uuid) again();
  };
  const off = await Promise.all(wakers.map((name) => host.on(name, concerns, bounds)));
  const clock = setInterval(kick, tick);
  kick();

  const answers = (): Answers =>
    Object.fromEntries([...bySource].map(([source, { last }]) => [source, source === "arp" ? thisLife(last) : last]));
  /** The neighbour table remembers for minutes. */
  const thisLife = (answer: Answer | undefined): Answer | undefined =>
    answer && "found" in answer && leases
      ? { found: answer.found.filter(({ address }) => !address || !leases.stale(address)) }
      : answer;
  const now = (): Verdict =>
    verdict(wanted, machine.macs, {
      power: power.last,
      answers: answers(),
      agentAnswers: agentAnswers(),
      fromAgent: files.last,
      heard: console?.ended,
    });
  return {
    verdict: now,
    told: () => ({
      pending: now().pending,
      sources: sourcesOf(wanted),
      answers: answers(),
      agent: agentSays(),
      cloudInit: { agent: inWords(files.last), console: console?.says ?? "not listened to" },
    }),
    close: () => {
      clearInterval(clock);
      for (const each of off) each();
      closing.abort();
    },
  };
}

const inWords = (answer: FromAgent | undefined): string => {
  if (!answer) return "not asked yet";
  if ("silent" in answer) return answer.silent;
  return "runs" in answer ? "not through yet" : "through";
};
