/** What there is after an update, for the state and for the user. */
import type { Updated } from "../../plugin/resource";
import { hidden } from "../state";
import { fingerprint, isLoose, type Loose, textAt } from "../values";
import type { Task } from "./bring";
import { liveXml, persistentXml } from "./libvirt";
import { powerOf } from "./power";
import { reading } from "./render";
import type { Disc } from "./seed";
import { elsewhere, type Moved, stillMoved, uncoveredXml } from "./snapshots";
import { displaysOf, look, machineOf, outputsOf, waitingKey } from "./state";
import { type Wanted, waitFor } from "./wait";

export interface Done {
  /** The number of the process that ran before. */
  readonly life: unknown;
  readonly pending: readonly string[];
  readonly failures: readonly string[];
  readonly seed: Disc | undefined;
  /** Devices could not be plugged in. */
  readonly unplugged: boolean;
  /** Where the machine wrote to before this update, and where the program has it write. */
  readonly disks: Disks;
}

interface Disks {
  readonly today: Loose;
  readonly before: Loose;
  readonly said: Loose;
  readonly moved: Moved;
}

/** What there is now; after a start it waits as it did at creation. */
export async function report(task: Task, { life, pending, failures, seed, unplugged, disks }: Done): Promise<Updated> {
  const { run, host, uuid, name, want, request } = task;
  const limits = failures.length > 0 ? {} : task.limits;
  const [identity, xml, power] = await Promise.all([
    host.identity(limits),
    persistentXml(host, uuid, name, limits),
    powerOf(host, uuid, limits),
  ]);
  const value = reading(xml);
  const runs = power.state === "running";
  const live = power.state === "stopped" ? value : reading(await liveXml(host, uuid, name, limits));
  // What was to be restarted may still run as before: only another process has what waited.
  const began = live["id"] !== life;
  const old = request.oldOutputs.values;
  const machine = machineOf(uuid, name, value);
  const unmet = old[waitingKey] === true || fingerprint(task.was["waitFor"]) !== fingerprint(want["waitFor"]);
  const waits = isLoose(want["waitFor"]) && runs && failures.length === 0 && (began || unmet);
  const waited = waits
    ? await waitFor(run, host, { ...machine, booting: began }, want["waitFor"] as Wanted)
    : undefined;
  const reasons = [...failures, ...(waited?.reasons ?? [])];
  const outputs = outputsOf({
    uuid,
    name,
    host: host.name,
    nonce: textAt(old, hidden.nonce),
    hostUuid: identity.uuid,
    libvirt: identity.libvirt,
    xml: uncoveredXml(xml, disks.before, stillMoved(elsewhere(disks.moved), { ...disks, was: disks.today, is: value })),
    seen: waited?.seen ?? (await look(host, machine, runs, {})),
    pendingRestart: power.state === "stopped" || began ? [] : pending,
    live,
    displays: displaysOf(live),
    seed,
    waiting: (waited?.reasons.length ?? 0) > 0,
    unplugged,
  });
  return reasons.length > 0 ? { outputs, reasons } : { outputs };
}
