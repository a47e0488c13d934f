/** Brings a machine to run, to stop or to stand still; what is so already is a success. */
import { asFailure, Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import type { EventName, EventOf } from "../../libvirt";
import type { Shutdown } from "../../model";
import type { Run } from "../../plugin/resource";
import { type Power, power } from "./powerState";

export type { Shutdown as ShutdownPolicy } from "../../model";
export type { Power } from "./powerState";

export async function powerOf(host: Host, uuid: string, limits: Limits): Promise<Power> {
  return power(await host.call("domainGetState", { dom: { uuid } }, { object: `domain ${uuid}`, ...limits }));
}

const limitsOf = (run: Run): Limits => ({ signal: run.signal, deadline: run.deadline });

/** Does what brings the machine into `wanted`. When it fails, somebody else may have been faster: then all is well. */
async function bring(
  run: Run,
  host: Host,
  uuid: string,
  wanted: Power["state"],
  act: () => Promise<unknown>,
): Promise<void> {
  try {
    await act();
  } catch (thrown) {
    const now = await powerOf(host, uuid, limitsOf(run)).catch(() => undefined);
    if (now?.state !== wanted) throw thrown;
  }
}

const START_PAUSED = 1;

/**
 * Starts the machine, `paused` before its first instruction. One that is paused goes on, unless it is to be paused.
 * Resolves to whether it boots now.
 */
export async function start(run: Run, host: Host, uuid: string, { paused = false } = {}): Promise<boolean> {
  const { state, byLibvirt } = await powerOf(host, uuid, limitsOf(run));
  if (state === "running" && paused) await pause(run, host, uuid);
  // One that libvirt paused goes on by itself, or must not.
  if (state === "paused" && !paused && !byLibvirt) await resume(run, host, uuid);
  if (state !== "stopped") return false;
  // What crashed and was preserved still has its process, which must go first.
  if (byLibvirt)
    await host
      .call("domainDestroyFlags", { dom: { uuid } }, { object: `domain ${uuid}`, ...limitsOf(run) })
      .catch(() => undefined);
  return boot(run, host, uuid, { paused });
}

/** Starts a machine that is off. */
export async function boot(run: Run, host: Host, uuid: string, { paused = false } = {}): Promise<true> {
  run.log.status("starting");
  const about = { object: `domain ${uuid}`, ...limitsOf(run) };
  const request = { dom: { uuid }, flags: paused ? START_PAUSED : 0 };
  await bring(run, host, uuid, paused ? "paused" : "running", () => host.call("domainCreateWithFlags", request, about));
  return true;
}

export const pause = (run: Run, host: Host, uuid: string): Promise<void> =>
  switchTo(run, host, uuid, "paused", "domainSuspend");
export const resume = (run: Run, host: Host, uuid: string): Promise<void> =>
  switchTo(run, host, uuid, "running", "domainResume");

async function switchTo(
  run: Run,
  host: Host,
  uuid: string,
  wanted: "paused" | "running",
  procedure: "domainSuspend" | "domainResume",
): Promise<void> {
  const { state, why } = await powerOf(host, uuid, limitsOf(run));
  if (state === wanted) return;
  const object = `domain ${uuid}`;
  if (state === "stopped")
    throw new Failure("refused", `it cannot be ${wanted === "paused" ? "paused" : "resumed"}: ${why}`, {
      object,
      host: host.name,
    });
  await bring(run, host, uuid, wanted, () => host.call(procedure, { dom: { uuid } }, { object, ...limitsOf(run) }));
}

export interface Attempt {
  readonly by: "agent" | "acpi" | "force";
  /** Milliseconds after the first; at once where the one before was refused. */
  readonly after: number;
}

/** The button is pressed twice: a guest that was still booting did not hear it. */
export function attempts({ timeout = 60, method = "graceful" }: Shutdown, left = Number.POSITIVE_INFINITY): Attempt[] {
  // Switching off is not late when the user's own deadline is near.
  const patience = Math.min(timeout * 1000, left * 0.8);
  const at = (by: Attempt["by"], part: number): Attempt => ({ by, after: patience * part });
  const off = at("force", 1);
  if (method === "force" || patience <= 0) return [{ by: "force", after: 0 }];
  if (method === "agent") return [at("agent", 0), off];
  if (method === "acpi") return [at("acpi", 0), at("acpi", 1 / 2), off];
  return [at("agent", 0), at("acpi", 1 / 2), at("acpi", 3 / 4), off];
}

const said = {
  agent: "shutting down: asked the guest agent",
  acpi: "shutting down: pressed the power button",
  force: "switching it off",
} as const;

/** Asks the guest to shut down and switches it off when it does not. */
export async function stop(run: Run, host: Host, uuid: string, policy: Shutdown): Promise<void> {
  const { state, fault } = await settled(run, host, uuid, policy);
  if (state === "stopped") return;
  // A guest that stands still hears nothing; one that was stopped for a fault must not go on.
  if (state === "paused" && !fault && policy.method !== "force") await resume(run, host, uuid);
  const began = Date.now();
  const steps = attempts(
    state === "paused" && fault ? { method: "force" } : policy,
    (run.deadline ?? Number.POSITIVE_INFINITY) - began,
  );
  let heard = false;
  for (const [index, { by, after }] of steps.entries()) {
    // A request that was taken has its time, though a later one was refused: the guest may be on its way down.
    if (by === "force" && heard && (await stopped(run, host, uuid, began + after))) return;
    if (by === "force" && (await settled(run, host, uuid, policy)).state === "stopped") return;
    const next = steps[index + 1];
    const until = next && began + next.after;
    run.log.status(until ? `${said[by]}; it has ${Math.round((until - Date.now()) / 1000)} s` : said[by]);
    const took = await asked(run, host, uuid, by);
    heard ||= took;
    if (await stopped(run, host, uuid, took ? until : Date.now())) return;
  }
}

/** Milliseconds for a job of libvirt's own, where the user's deadline says none: a big guest's memory takes its time. */
const jobPatience = 900_000;

/** Its state once libvirt's own job with it is over: to switch it off in a snapshot, a save or a migration would spoil both. */
async function settled(run: Run, host: Host, uuid: string, policy: Shutdown): Promise<Power> {
  const look = (): Promise<Power> => powerOf(host, uuid, limitsOf(run)).catch(goneIsStopped);
  const inJob = ({ state, byLibvirt, fault }: Power): boolean => state === "paused" && byLibvirt && !fault;
  const now = await look();
  if (!inJob(now) || policy.method === "force") return now;
  run.log.status(`waiting: it is ${now.why}`);
  const concerns = (event: EventOf<EventName>): boolean => "dom" in event && event.dom.uuid === uuid;
  const about = {
    object: `domain ${uuid}`,
    concerns,
    signal: run.signal,
    deadline: run.deadline ?? Date.now() + jobPatience,
  };
  const over = async (): Promise<Power | undefined> => {
    const then = await look();
    return inJob(then) ? undefined : then;
  };
  return host.until(["domainLifecycle"], over, about).catch((thrown: unknown) => {
    const failure = asFailure(thrown);
    if (failure.code !== "timeout") throw failure;
    throw new Failure("timeout", `it cannot be stopped: it is ${now.why}, and that has not ended in time`, {
      object: `domain ${uuid}`,
      host: host.name,
      remedy: 'Try again later, or set `shutdown` to `{ method: "force" }` to switch it off regardless',
    });
  });
}

/** A machine without a definition is gone once it stops. */
function goneIsStopped(thrown: unknown): Power {
  const failure = asFailure(thrown);
  if (failure.code !== "missing") throw failure;
  return { state: "stopped", byLibvirt: false, fault: false, why: "it is gone" };
}

/** virDomainShutdownFlagValues */
const flags = { agent: 2, acpi: 1 } as const;
/** Libvirt waits for the agent's answer, and an agent that hangs gives none. */
const patience = 10_000;

/** Whether the request was taken. */
async function asked(run: Run, host: Host, uuid: string, by: Attempt["by"]): Promise<boolean> {
  const about = { object: `domain ${uuid}`, ...limitsOf(run) };
  if (by === "force") {
    await bring(run, host, uuid, "stopped", () => host.call("domainDestroyFlags", { dom: { uuid } }, about)).catch(
      goneIsStopped,
    );
    return true;
  }
  const deadline = Math.min(run.deadline ?? Number.POSITIVE_INFINITY, Date.now() + patience);
  try {
    await host.call("domainShutdownFlags", { dom: { uuid }, flags: flags[by] }, { ...about, deadline });
    return true;
  } catch (thrown) {
    const { code, problem } = asFailure(thrown);
    if (["cancelled", "connection", "lost"].includes(code)) throw thrown;
    run.log.debug(`${said[by]}: ${problem}`);
    if (code === "timeout" || code === "busy") return true;
    // Whoever asked before us was heard: what is on its way down refuses to be asked again.
    const { state, stopping } = await powerOf(host, uuid, limitsOf(run)).catch(goneIsStopped);
    return state === "stopped" || stopping === true;
  }
}

/** Waits for the end, until this time (looks once where it has passed); false when it did not come. Without a time, the user's own deadline holds. */
async function stopped(run: Run, host: Host, uuid: string, until: number | undefined): Promise<boolean> {
  const concerns = (event: EventOf<EventName>): boolean => "dom" in event && event.dom.uuid === uuid;
  const look = async (): Promise<true | undefined> => {
    const { state } = await powerOf(host, uuid, limitsOf(run)).catch(goneIsStopped);
    return state === "stopped" ? true : undefined;
  };
  if (await look()) return true;
  if (until !== undefined && until <= Date.now()) return false;
  try {
    const about = { object: `domain ${uuid}`, concerns, signal: run.signal, deadline: until ?? run.deadline };
    return await host.until(["domainLifecycle"], look, about);
  } catch (thrown) {
    if (until !== undefined && asFailure(thrown).code === "timeout") return false;
    throw thrown;
  }
}
