/** What a preview says of a machine's update, by what was last seen of it and what is known of what is wanted; no host is changed. */
import { asFailure } from "../../failure";
import { resources } from "../../model";
import type { Updated } from "../../plugin/resource";
import { hasUnknown } from "../../unknown";
import { knownPart } from "../../vocabulary";
import type { Context } from "../context";
import { differences } from "../difference";
import { applyEdits, editsOf } from "../edits";
import { maybe } from "../maybe";
import { tellUnasked } from "../unasked";
import type { Loose } from "../values";
import { deferred, policyOf, type Task } from "./bring";
import { warnOfMissing } from "./create";
import { moves, topsOf } from "./diff";
import { seedsOf } from "./discs";
import { warnOfUnfit } from "./fit";
import { persistentXml } from "./libvirt";
import { arising, edited, waitingIn } from "./pending";
import { doubts } from "./putBack";
import { reading, writing } from "./render";
import { findVolumes, volumesOf } from "./resolve";
import { baselineOf, type Sides, sidesOf, wishes } from "./sides";
import { elsewhere, moved } from "./snapshots";
import { decidedBy, moving, open } from "./state";

const Domain = resources.Domain.inputs;

export async function foresee(context: Context, task: Task): Promise<Updated> {
  const { run, host, name, was, want, request } = task;
  const [before, after] = wishes(task);
  await Promise.all([
    warnOfMissing(run, context, host, want),
    warnOfUnfit(run, host, name, after, task.limits, before),
  ]);
  const { values, secrets } = request.oldOutputs;
  const { changes } = differences(Domain, request.oldInputs.values, request.news.values, request.ignoreChanges);
  const known: Loose = knownPart(Domain, was as never, want as never);
  const policy = policyOf(known);
  // What nobody knows yet may turn out to need a cold start.
  const doubt = hasUnknown(want);
  let restarts = doubt && policy === "restart";
  let waiting = doubt || waitingIn(values).length > 0;
  const today = baselineOf(task);
  if (today && !doubt) warnOfStrays(task, today);
  if (today && topsOf(changes).includes("disks"))
    await warnOfDoubts({ ...task, want: known }, today).catch((thrown: unknown) =>
      tellUnasked(run, host, asFailure(thrown).in({ object: `domain ${name}` })),
    );
  if (today && was["powerState"] !== "stopped" && known["powerState"] !== "stopped") {
    const waits = new Set(policy === "restart" ? waitingIn(values) : []);
    for (const one of arising({ live: today, today, ...foreseenSides({ ...task, want: known }, today) }))
      waits.add(one);
    if (waits.size > 0) run.log.warn(deferred(name, [...waits], policy));
    restarts ||= waits.size > 0 && policy === "restart";
    waiting ||= waits.size > 0;
  }
  const unsettled = [
    ...(restarts || moves(changes) ? moving : []),
    ...(waiting ? ["pendingRestart"] : []),
    ...decidedBy(topsOf(changes), true),
  ];
  return { outputs: { values: { ...values, ...open(unsettled) }, secrets } };
}
const foreseenSides = (task: Task, today: Loose): Sides => sidesOf(task, today, new Map(), seedsOf(task, today));
/** Of edits that lead nowhere in what the machine will be. */
function warnOfStrays(task: Task, today: Loose): void {
  const { run, host, name, was, want } = task;
  if (!edited(was, want)) return;
  try {
    applyEdits(writing(foreseenSides(task, today).desired), editsOf(was), editsOf(want));
  } catch (thrown) {
    const failure = asFailure(thrown).in({ object: `domain ${name}`, host: host.name });
    run.log.warn(`${failure.message} (the update will fail)`);
  }
}
/** Of images that the update would refuse to put back. */
async function warnOfDoubts(task: Task, before: Loose): Promise<void> {
  const { run, host, uuid, name, limits } = task;
  const today = reading(await persistentXml(host, uuid, name, limits));
  const layers = await moved(host, task, { today, before }, limits);
  if (elsewhere(layers).size === 0) return;
  // Of one that is missing something else tells.
  const found = volumesOf(task.want).map((id) => maybe(findVolumes(host, [id], limits)));
  const places = new Map((await Promise.all(found)).flatMap((place) => [...(place ?? [])]));
  const { desired } = sidesOf(task, today, places, seedsOf(task, today));
  for (const { message } of doubts(layers, { before, today, desired }, task))
    run.log.warn(`${message} (the update will fail)`);
}
