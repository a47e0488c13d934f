/** Waits until a machine is reachable, its agent answers or cloud-init is through: all sources at once, whatever wakes us first. */
import { asFailure } from "../../../failure";
import type { Host, Limits } from "../../../host/host";
import type { WaitFor } from "../../../model";
import type { Run } from "../../../plugin/resource";
import { type Answer, gather, type Seen, sources } from "./addresses";
import { ask, type Machine, objectOf, whyNot } from "./sources";
import { type Watch, watch } from "./watch";
import { cancelled, status, type Told, timedOut } from "./wording";

export type { WaitFor as Wanted } from "../../../model";
export type { Seen } from "./addresses";
export type { Machine } from "./sources";

/** Seconds, where neither the program nor its `customTimeouts` say any. */
const patience = 300;

/**
 * Never throws for what the guest does or does not do: `reasons` tell it, and the machine is kept. Ctrl-C and the deadline end
 * it with reasons too. `seen` is what there is by then.
 */
export async function waitFor(
  run: Run,
  host: Host,
  machine: Machine,
  wanted: WaitFor,
): Promise<{ seen: Seen; reasons: string[] }> {
  const began = Date.now();
  const own = wanted.timeout ?? (run.deadline === undefined ? patience : Number.POSITIVE_INFINITY);
  const deadline = Math.min(began + own * 1000, run.deadline ?? Number.POSITIVE_INFINITY);
  const passed = (): number => Math.round((Date.now() - began) / 1000);
  const wake = bell();
  let watching: Watch;
  try {
    watching = await watch(host, machine, wanted, { signal: run.signal }, wake.ring);
  } catch (thrown) {
    const { message } = asFailure(thrown).in({ object: objectOf(machine), host: host.name });
    return { seen: gather(machine.macs, {}), reasons: [`it could not be waited for. ${message}`] };
  }
  const stop = atTheEnd(run.signal, deadline, wake.ring);
  const tell = teller(run);
  try {
    for (;;) {
      const { seen, over, warnings } = watching.verdict();
      const told = { ...watching.told(), seconds: passed() };
      if (over) {
        for (const warning of warnings) run.log.warn(`cloud-init: ${warning}`);
        return { seen, reasons: [...over] };
      }
      if (run.signal.aborted) return { seen, reasons: [cancelled(told)] };
      if (Date.now() >= deadline) return { seen, reasons: timedOut(told) };
      tell(told);
      await wake.rung();
    }
  } finally {
    stop();
    watching.close();
  }
}

/** Seconds. */
const tellEvery = 10;

/** Tells what is new at once, and the time alone now and then: an engine that writes to a file keeps each line. */
function teller(run: Run): (told: Told) => void {
  let shown = "";
  let at = 0;
  return (told) => {
    const facts = status({ ...told, seconds: 0 });
    if (facts === shown && told.seconds < at + tellEvery) return;
    [shown, at] = [facts, told.seconds];
    run.log.status(status(told));
  };
}

/** Rings that come while nobody listens count as one. */
function bell(): { ring(): void; rung(): Promise<void> } {
  let rang = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rang = true;
      wake?.();
    },
    rung: () =>
      new Promise((resolve) => {
        wake = () => {
          rang = false;
          wake = undefined;
          resolve();
        };
        if (rang) wake();
      }),
  };
}

/** Rings at the deadline and when the user asks to stop; the function it gives forgets both. */
function atTheEnd(signal: AbortSignal, deadline: number, ring: () => void): () => void {
  const timer = setTimeout(ring, Math.min(deadline - Date.now(), 0x7fffffff));
  signal.addEventListener("abort", ring, { once: true });
  return () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", ring);
  };
}

/** One cheap look, for a refresh. */
export async function lookOnce(host: Host, machine: Machine, limits: Limits): Promise<Seen> {
  const answers = sources.map(async (source) => {
    const silent = (thrown: unknown): Answer => ({ silent: whyNot(asFailure(thrown)) });
    return [source, await ask(host, machine, source, limits).catch(silent)] as const;
  });
  return gather(machine.macs, Object.fromEntries(await Promise.all(answers)));
}
