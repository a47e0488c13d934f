/** Changes a machine in place: what can be done while it runs is done, the rest waits as the program's policy says. */
import { asFailure, Failure } from "../../failure";
import { resources } from "../../model";
import type { Run, Updated, UpdateRequest } from "../../plugin/resource";
import { hasUnknown } from "../../unknown";
import { knownPart } from "../../vocabulary";
import { parse } from "../../xml";
import type { Context } from "../context";
import { differences } from "../difference";
import { applyEdits, editsOf } from "../edits";
import { importLine } from "../importing";
import { effective } from "../inputs";
import { maybe } from "../maybe";
import { hidden, mustBeHost, unpackBaseline } from "../state";
import { tellUnasked } from "../unasked";
import { fingerprint, isLoose, items, type Loose, textAt } from "../values";
import { hostStaying, limitsOf } from "../whereabouts";
import { bring, deferred, forbidden, policyOf, settlePower, type Task } from "./bring";
import { seedFor, warnOfMissing } from "./create";
import { moves, topsOf } from "./diff";
import { expand } from "./expand";
import { mustFit, type Wish, warnOfUnfit } from "./fit";
import { liveXml, persistentXml, setAutostart } from "./libvirt";
import { markOf } from "./mark";
import { arising, edited, leftOver, waitingIn } from "./pending";
import { merged } from "./plan";
import { powerOf } from "./power";
import { doubts, leavingLayers } from "./putBack";
import { reading, writing } from "./render";
import { findNetworks, findVolumes, networksOf, type Places, placed, volumesOf } from "./resolve";
import { type Disc, dropSeed, dropStale, isSeed, type Seed } from "./seed";
import { elsewhere, type Moved, moved, stillMoved, uncoveredXml } from "./snapshots";
import { decidedBy, displaysOf, look, machineOf, moving, open, outputsOf, seedOf, waitingKey } from "./state";
import { updateDevice } from "./steps/plug";
import { type Wanted, waitFor } from "./wait";

const Domain = resources.Domain.inputs;

export async function update(context: Context, run: Run, request: UpdateRequest): Promise<Updated> {
  const { id: uuid, oldOutputs, oldInputs, news } = request;
  const [was, want] = [oldInputs, news].map(({ values }) => effective(Domain, values) as Loose) as [Loose, Loose];
  const host = hostStaying(context, oldInputs.values, news.values);
  const name = String(news.values["name"] ?? oldOutputs.values["name"] ?? uuid);
  const task: Task = { run, host, limits: limitsOf(run), uuid, name, was, want, request };
  if (request.preview) return preview(context, task);
  const identity = await host.identity(task.limits);
  mustBeHost(oldOutputs.values[hidden.host], identity.uuid, `domain ${name}`, host.name);
  return carryOut(context, task);
}

const wishes = ({ request, was, want }: Task): [Wish, Wish] => [
  { said: request.oldInputs.values, wanted: was },
  { said: request.news.values, wanted: want },
];

/** Plans on what was last seen, and on what is known of what is wanted; no host is changed. */
async function preview(context: Context, task: Task): Promise<Updated> {
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
function baselineOf({ request }: Task): Loose | undefined {
  const baseline = unpackBaseline(request.oldOutputs.values[hidden.baseline]);
  return baseline && reading(baseline.xml);
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
  if (layers.unread.size === 0) return;
  // Of one that is missing something else tells.
  const found = volumesOf(task.want).map((id) => maybe(findVolumes(host, [id], limits)));
  const places = new Map((await Promise.all(found)).flatMap((place) => [...(place ?? [])]));
  const { desired } = sidesOf(task, today, places, seedsOf(task, today));
  for (const { message } of doubts(layers, { before, today, desired }, task))
    run.log.warn(`${message} (the update will fail)`);
}

async function carryOut(context: Context, task: Task): Promise<Updated> {
  const { run, host, limits, uuid, name, want, request } = task;
  const about = { object: `domain ${name}`, ...limits };
  const [former, wished] = wishes(task);
  const { today, power, autostart, live, mark } = await looked(context, task);
  await mustFit(host, name, wished, limits, former);
  const before = baselineOf(task) ?? today;
  const layers = await moved(host, task, { today, before }, limits);
  const seeds = seedsOf(task, today);
  const places = await findVolumes(host, volumesOf(want), limits);
  await findNetworks(host, networksOf(want), limits);
  const sides = (seed: string | undefined): Sides => {
    const found = sidesOf(task, today, places, { was: seeds.was, want: seed });
    return { ...found, desired: leavingLayers(layers, { before, today, desired: found.desired }) };
  };
  const [doubt] = doubts(layers, { before, today, desired: sides(seeds.want).desired }, task);
  if (doubt) throw doubt;
  // Decided before anything is touched; the path of a new disc decides nothing.
  const waits = live ? arising({ live, today, ...sides(seeds.want) }) : [];
  const stays = want["powerState"] !== "stopped";
  if (stays && waits.length > 0 && policyOf(want) === "fail") throw forbidden(task, waits);
  const made = seeds.writes ? await seedFor(run, host, context, want, uuid, name) : undefined;
  const { want: said, desired } = sides(made?.path ?? seeds.want);
  const earlier = live ? leftOver(request.oldOutputs.values, live, desired) : [];
  const all = [...new Set([...earlier, ...waits])];
  const ways = { today, desired, said, live: stays ? live : undefined, waits: all, mark };
  const outcome = await bring(task, ways).catch(async (thrown: unknown) => {
    if (made) await dropUnused(task, made);
    throw thrown;
  });
  const failures: string[] = [...outcome.reasons];
  const attempt = async (act: () => Promise<unknown>): Promise<void> => {
    await act().catch((thrown: unknown) => failures.push(asFailure(thrown).in(about).in({ host: host.name }).message));
  };
  if ((want["autostart"] === true) !== autostart)
    await attempt(() => setAutostart(host, uuid, name, want["autostart"] === true, limits));
  await attempt(() => settlePower(task, power, outcome.restart));
  const kept = made ?? (seeds.want === undefined ? undefined : seeds.old);
  const stale = seeds.old?.volume !== kept?.volume && failures.length === 0 ? seeds.old : undefined;
  const gone = stale !== undefined && (await cleared(context, task, stale, kept));
  const seed = kept ?? (gone ? undefined : seeds.old);
  const unplugged = outcome.reasons.length > 0;
  const disks = { today, before, said, moved: layers };
  return told(task, { life: live?.["id"], pending: outcome.pending, failures, seed, unplugged, disks });
}

interface Sides {
  readonly was: Loose;
  readonly want: Loose;
  readonly desired: Loose;
}
/** The program's side of before and after as libvirt is told them, and today's machine with what changed between them. */
function sidesOf(task: Task, today: Loose, places: Places, seeds: Record<"was" | "want", string | undefined>): Sides {
  const was = placed(expand(task.was, { seed: seeds.was }), places);
  const want = placed(expand(task.want, { seed: seeds.want }), places);
  return { was, want, desired: merged(today, was, want) };
}

/**
 * Takes the disc away that is no longer wanted, and what runs that were killed left beside it; a drive in which it still is gives it out
 * before. False where it does not: then the disc stays.
 */
async function cleared(context: Context, task: Task, old: Disc, kept: Disc | undefined): Promise<boolean> {
  const { run, host, limits, uuid, name } = task;
  const drive = async () => items(reading(await liveXml(host, uuid, name, limits)), "disks").find(isSeed);
  try {
    const held = await drive();
    if (kept === undefined && held?.["source"] !== undefined) {
      const { source: _, backingStore: __, ...empty } = held;
      await updateDevice(run, host, task, { list: "disks", device: empty });
    }
    const inUse = volumeIn(await drive());
    const keep = [kept?.volume, inUse].flatMap((volume) => volume ?? []);
    if (!keep.includes(old.volume)) await dropSeed(host, old, limits);
    await dropStale(host, { ...old, uuid, name, owner: context.owner() }, keep, limits);
    return !keep.includes(old.volume);
  } catch (thrown) {
    run.log.warn(asFailure(thrown).in({ object: `domain ${name}`, host: host.name }).message);
    return false;
  }
}
const volumeIn = (drive: Loose | undefined): string | undefined => textAt(drive, "source", "file")?.split("/").at(-1);

/** What there is before anything is done; another machine than ours is an error. */
async function looked(context: Context, task: Task) {
  const { host, limits, uuid, name, request } = task;
  const [xml, power, { autostart }] = await Promise.all([
    persistentXml(host, uuid, name, limits, true).catch((thrown: unknown) => {
      throw gone(thrown);
    }),
    powerOf(host, uuid, limits),
    host.call("domainGetAutostart", { dom: { uuid } }, { object: `domain ${name}`, ...limits }),
  ]);
  const nonce = request.oldOutputs.values[hidden.nonce];
  const found = markOf(parse(xml))?.nonce;
  if (nonce !== undefined && found !== undefined && nonce !== found) throw stranger(context, task);
  const live = power.state === "stopped" ? undefined : reading(await liveXml(host, uuid, name, limits));
  // Somebody took the mark away with the rest of the metadata: the next read or end must know whose it is.
  const lost = typeof nonce === "string" && found === undefined;
  const mark = lost ? { owner: context.owner(), urn: request.urn, nonce } : undefined;
  return { today: reading(xml), power, autostart, live, mark };
}
const gone = (thrown: unknown): Failure => {
  const failure = asFailure(thrown);
  if (failure.code !== "missing") return failure;
  return new Failure("missing", "it is not on the host any more", {
    ...failure.circumstances,
    remedy: "Run `pulumi refresh`, then `pulumi up` makes it anew",
  });
};
const stranger = (context: Context, { name, host, uuid, request }: Task): Failure =>
  new Failure("refused", "another machine of this UUID is there, which this state did not make", {
    object: `domain ${name}`,
    host: host.name,
    remedy: `Take it over with ${importLine(context, resources.Domain.token, request.name, host, uuid)} after \`pulumi state delete '${request.urn}'\``,
  });

/** The path of the disc in the drive. */
const inDrive = (value: Loose): string | undefined => textAt(items(value, "disks").find(isSeed), "source", "file");

/** The discs of cloud-init: what is in the drive, and what shall be, by a stand-in until it is written. The same content is not written again. */
function seedsOf({ was, want, request }: Task, today: Loose) {
  const there = inDrive(today);
  const old = seedOf(request.oldOutputs.values);
  const content = ({ cloudInit }: Loose): string =>
    isLoose(cloudInit) ? fingerprint({ ...cloudInit, onChange: undefined }) : "";
  const before = isLoose(was["cloudInit"]) ? there : undefined;
  if (!isLoose(want["cloudInit"])) return { was: before, want: undefined, writes: false, old };
  const same = there !== undefined && content(was) === content(want);
  return { was: before, want: same ? there : "seed.iso", writes: !same, old };
}

/** A disc that was written for a change that did not come about. */
async function dropUnused({ host, uuid, name }: Task, made: Seed): Promise<void> {
  if (!made.fresh) return;
  const xml = await persistentXml(host, uuid, name, {}).catch(() => undefined);
  if (xml !== undefined && inDrive(reading(xml)) !== made.path) await dropSeed(host, made).catch(() => undefined);
}

interface Told {
  /** The number of the process that ran before. */
  readonly life: unknown;
  readonly pending: readonly string[];
  readonly failures: readonly string[];
  readonly seed: Disc | undefined;
  /** Devices could not be plugged in. */
  readonly unplugged: boolean;
  /** Where the machine wrote to before this update, and where the program has it write. */
  readonly disks: { readonly today: Loose; readonly before: Loose; readonly said: Loose; readonly moved: Moved };
}

/** What there is now; after a start it waits as it did at creation. */
async function told(task: Task, { life, pending, failures, seed, unplugged, disks }: Told): Promise<Updated> {
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
