/** What follows the definition of a machine: it comes to run, and the engine hears of it whatever happens. */
import { asFailure, Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import type { Created, Properties, Run } from "../../plugin/resource";
import { isUnanswered } from "../unanswered";
import { isLoose, items, type Loose } from "../values";
import { limitsOf } from "../whereabouts";
import { shutdownOf } from "./delete";
import { liveXml, persistentXml, setAutostart, undefineFlagsOf } from "./libvirt";
import type { Mark } from "./mark";
import { plan } from "./plan";
import { boot, start, stop } from "./power";
import { reading } from "./render";
import { dropSeed, type Seed } from "./seed";
import { bareOutputs, displaysOf, look, machineOf, outputsOf } from "./state";
import { type Wanted, waitFor } from "./wait";

export interface Made {
  readonly uuid: string;
  readonly name: string;
  readonly mark: Mark;
  readonly seed: Seed | undefined;
  readonly wanted: Loose;
  /** Of a machine that was there before: what it was. */
  readonly before: Loose | undefined;
}

/** Starts what is to run and tells what there is. A machine of ours that never ran is not worth keeping. */
export async function settle(run: Run, host: Host, made: Made): Promise<Created> {
  const { uuid, name, wanted, before } = made;
  let booting = false;
  try {
    booting = await settlePower(run, host, made);
  } catch (thrown) {
    const { code, problem, circumstances } = asFailure(thrown);
    const failure = new Failure(code, problem, { ...circumstances, object: `domain ${name}`, host: host.name });
    if (before || isUnanswered(failure) || !(await undone(host, made))) return doubtful(host, made, [failure.message]);
    throw failure;
  }
  const said = wanted["waitFor"];
  try {
    if (!isLoose(said) || (wanted["powerState"] ?? "running") !== "running")
      return { id: uuid, outputs: await seen(host, made, limitsOf(run), { booting }) };
    const machine = machineOf(uuid, name, reading(await persistentXml(host, uuid, name, limitsOf(run))));
    const waited = await waitFor(run, host, { ...machine, booting }, said as Wanted);
    const outputs = await seen(host, made, lastWord(), { booting, waited });
    return waited.reasons.length > 0 ? { id: uuid, outputs, reasons: waited.reasons } : { id: uuid, outputs };
  } catch (thrown) {
    const { message } = asFailure(thrown).in({ object: `domain ${name}`, host: host.name });
    return doubtful(host, made, [message]);
  }
}

/** Resolves to whether it boots now. */
async function settlePower(run: Run, host: Host, { uuid, name, wanted, before }: Made): Promise<boolean> {
  const autostart = wanted["autostart"] === true;
  const marking = autostart || before ? setAutostart(host, uuid, name, autostart, limitsOf(run)) : undefined;
  const paused = wanted["powerState"] === "paused";
  if (wanted["powerState"] !== "stopped") {
    // One that was defined just now is off: nobody need ask.
    const [, booting] = await Promise.all([marking, (before ? start : boot)(run, host, uuid, { paused })]);
    return booting;
  }
  await marking;
  if (before) await stop(run, host, uuid, shutdownOf(wanted));
  return false;
}

/** Takes back a machine that never ran; whether it is gone. */
async function undone(host: Host, { uuid, name, seed }: Made): Promise<boolean> {
  try {
    const { libvirt } = await host.identity();
    const flags = undefineFlagsOf({}, libvirt);
    await host.call("domainUndefineFlags", { dom: { uuid }, flags }, { object: `domain ${name}` });
  } catch (thrown) {
    if (asFailure(thrown).code !== "missing") return false;
  }
  if (seed) await dropSeed(host, seed).catch(() => undefined);
  return true;
}

/** Ctrl-C and the user's deadline end our work, not what the engine is told of a machine that exists: without that it would be lost. */
const lastWord = (): Limits => ({ deadline: Date.now() + 15_000 });

/** The machine is there, or may be: the next run looks before it does anything. */
export async function doubtful(host: Host, made: Made, reasons: readonly string[]): Promise<Created> {
  const outputs = await seen(host, made, lastWord(), { booting: false }).catch(() => known(host, made));
  return { id: made.uuid, outputs, reasons, refreshBeforeUpdate: true };
}
const known = (host: Host, { uuid, name, mark, seed }: Made): Properties =>
  bareOutputs({ uuid, name, host: host.name, nonce: mark.nonce, seed });

interface Came {
  readonly booting: boolean;
  readonly waited?: Awaited<ReturnType<typeof waitFor>>;
}
async function seen(host: Host, made: Made, limits: Limits, { booting, waited }: Came): Promise<Properties> {
  const { uuid, name, mark, seed, wanted, before } = made;
  const runs = wanted["powerState"] !== "stopped";
  const [identity, xml, running] = await Promise.all([
    host.identity(limits),
    persistentXml(host, uuid, name, limits),
    runs ? liveXml(host, uuid, name, limits) : undefined,
  ]);
  const value = reading(xml);
  const asks = before !== undefined || items(value, "graphics").length > 0;
  const live = asks && running !== undefined ? reading(running) : value;
  return outputsOf({
    uuid,
    name,
    host: host.name,
    nonce: mark.nonce,
    hostUuid: identity.uuid,
    libvirt: identity.libvirt,
    xml,
    waiting: (waited?.reasons.length ?? 0) > 0,
    seen: waited?.seen ?? (await look(host, machineOf(uuid, name, value), false, limits)),
    pendingRestart: before && runs && !booting ? await waitsOf(host, made, before, live, limits) : [],
    live,
    displays: displaysOf(live),
    seed,
  });
}
/** One that was taken over while it ran goes on as it was started. Passwords on both sides, or each would seem changed. */
async function waitsOf(host: Host, { uuid, name }: Made, before: Loose, live: Loose, limits: Limits) {
  const now = reading(await persistentXml(host, uuid, name, limits, true));
  return plan(live, before, now).boot;
}
