/** Makes a machine: one definition, one look at what libvirt made of it, then a start if it is to run. */
import { randomBytes } from "node:crypto";
import { asFailure, type Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { resources } from "../../model";
import type { Created, CreateRequest, Run } from "../../plugin/resource";
import { unknown } from "../../unknown";
import { parse, print } from "../../xml";
import type { Context } from "../context";
import { applyEdits, editsOf } from "../edits";
import { importLine } from "../importing";
import { effective } from "../inputs";
import { mayMeet, warnOfStranger } from "../strangers";
import { isUnanswered } from "../unanswered";
import { tellUnasked } from "../unasked";
import { at, isLoose, items, type Loose, textAt } from "../values";
import { hostOf, hostToChange, limitsOf } from "../whereabouts";
import { editAgain, findOwn, over, taken } from "./adopt";
import { type HostFacts, hostDefaults } from "./defaults";
import { expand } from "./expand";
import { mustFit, warnOfUnfit } from "./fit";
import { define, persistentXml } from "./libvirt";
import { isMarked, type Mark, markOf, putMark } from "./mark";
import { doubts } from "./putBack";
import { reading, writing } from "./render";
import {
  filtersOf,
  findFilters,
  findNetworks,
  findVolumes,
  hostFacts,
  networksOf,
  type Places,
  placed,
  volumesOf,
} from "./resolve";
import { dropSeed, dropStale, putSeed, type Seed } from "./seed";
import { doubtful, type Made, settle } from "./settle";
import { moved, uncovered } from "./snapshots";
import { previewed } from "./state";

const Domain = resources.Domain.inputs;

/** What is wrong where a machine is somebody else's. */
type Stranger = (uuid: string) => Failure;

export async function create(context: Context, run: Run, request: CreateRequest): Promise<Created> {
  const { urn, inputs } = request;
  const values = inputs.values;
  const wanted = effective(Domain, values) as Loose;
  if (request.preview) return preview(context, run, wanted, request);
  const [uuid, name] = [String(values["uuid"]), String(values["name"])];
  const host = hostToChange(context, values);
  const limits = limitsOf(run);
  const mark = { owner: context.owner(), urn, nonce: randomBytes(8).toString("hex") };
  const stranger: Stranger = (id) =>
    taken(host, name, id, importLine(context, resources.Domain.token, request.name, host, id));
  const [found, around] = await Promise.all([
    findOwn(host, { uuid, name, mark }, stranger, limits),
    lookAround(host, wanted, limits),
    mustFit(host, name, { said: values, wanted }, limits),
  ]);
  const before = found === undefined ? undefined : reading(found);
  if (before)
    run.log.info(`domain ${name} on host ${host.name} is there already, made by this stack: it is taken over`);
  const seed = await seedFor(run, host, context, wanted, uuid, name);
  const made: Made = { uuid, name, mark, seed, wanted, before };
  try {
    const doubt = await defined(host, await definition(host, made, around, limits), made, stranger, limits);
    if (doubt) return await doubtful(host, made, [doubt.message]);
  } catch (thrown) {
    // A disc that was there may be in the drive of a machine that was there.
    if (seed && (seed.fresh || !before)) await dropSeed(host, seed).catch(() => undefined);
    throw thrown;
  }
  if (seed) await clearLeftovers(host, context, made, seed, limits);
  return settle(run, host, made);
}

/** Discs of runs that were killed. One that a machine of before still has in its drive stays: its next update takes it away. */
async function clearLeftovers(host: Host, context: Context, made: Made, seed: Seed, limits: Limits): Promise<void> {
  if (made.before) return;
  const of = { ...made, pool: seed.pool, owner: context.owner() };
  await dropStale(host, of, [seed.volume], limits).catch(() => undefined);
}

/** A preview only looks: what is missing may be made by the same program before this. */
async function preview(context: Context, run: Run, wanted: Loose, request: CreateRequest): Promise<Created> {
  const { values } = request.inputs;
  if (mayMeet(context, request)) await warnOfStranger(run, stranger(context, run, request));
  const hostKnown = values["host"] !== unknown;
  const { uuid, name } = values;
  if (hostKnown) {
    const host = hostOf(context, values);
    await Promise.all([
      warnOfMissing(run, context, host, wanted),
      warnOfUnfit(run, host, String(name ?? request.name), { said: values, wanted }, limitsOf(run)),
    ]);
  }
  // What depends on a name must see that nobody knows it yet.
  const outputs = previewed({ uuid, name, host: hostKnown ? hostOf(context, values).name : unknown });
  // Were the id known, the engine would read it already for a `get` in the same program.
  return { id: "", outputs };
}
async function stranger(context: Context, run: Run, request: CreateRequest): Promise<Failure | undefined> {
  const { urn, name: resource, inputs } = request;
  const name = String(inputs.values["name"]);
  const host = hostOf(context, inputs.values);
  const limits = limitsOf(run);
  const { dom } = await host.call("domainLookupByName", { name }, { object: `domain ${name}`, ...limits });
  const there = parse(await persistentXml(host, dom.uuid, name, limits));
  if (isMarked(there, { owner: context.owner(), urn })) return undefined;
  return taken(host, name, dom.uuid, importLine(context, resources.Domain.token, resource, host, dom.uuid));
}
export async function warnOfMissing(run: Run, { planned }: Context, host: Host, wanted: Loose): Promise<void> {
  const looks = [
    ...volumesOf(wanted).map((id) => findVolumes(host, [id], limitsOf(run))),
    ...networksOf(wanted).map((name) => findNetworks(host, [name], limitsOf(run))),
    ...filtersOf(wanted).map((name) => findFilters(host, [name], limitsOf(run))),
  ];
  for (const looked of await Promise.allSettled<unknown>(looks)) {
    if (looked.status === "fulfilled") continue;
    const failure = asFailure(looked.reason);
    if (isUnanswered(failure)) tellUnasked(run, host, failure);
    else if (!planned.has(failure.circumstances.object ?? ""))
      run.log.warn(`${failure.message} (the update will need it)`);
  }
}

/** The disc lies beside the machine's first disk, or in the pool `default`. */
export async function seedFor(
  run: Run,
  host: Host,
  context: Context,
  wanted: Loose,
  uuid: string,
  name: string,
): Promise<Seed | undefined> {
  const { cloudInit } = wanted;
  if (!isLoose(cloudInit)) return undefined;
  const pool = items(wanted, "disks").flatMap((disk) => textAt(disk, "source", "pool") ?? [])[0] ?? "default";
  return putSeed(run, host, uuid, name, cloudInit, { pool, owner: context.owner() });
}

interface Around {
  readonly places: Places;
  readonly facts: HostFacts;
}
/** All that must be known of the host, asked at once. */
async function lookAround(host: Host, wanted: Loose, limits: Limits): Promise<Around> {
  const [places, facts] = await Promise.all([
    findVolumes(host, volumesOf(wanted), limits),
    hostFacts(host, at(wanted, "os", "arch"), limits),
    findNetworks(host, networksOf(wanted), limits),
    findFilters(host, filtersOf(wanted), limits),
    host.identity(limits),
  ]);
  return { places, facts };
}

/** The XML of a new machine, or that of one that was there with all that the program says. */
async function definition(host: Host, made: Made, { places, facts }: Around, limits: Limits): Promise<string> {
  const { wanted, mark, seed, before } = made;
  const said = placed(expand(wanted, { seed: seed?.path }), places);
  const node = writing(
    before
      ? over(before, await underSnapshots(host, made, said, before, limits))
      : hostDefaults(said, facts, wanted["preset"] === "none"),
  );
  putMark(node, mark);
  if (before) editAgain(node, wanted);
  else applyEdits(node, [], editsOf(wanted));
  return print(node);
}

/** What the program says, but for images over which somebody made a snapshot: to put those back would lose what was written since. */
async function underSnapshots(host: Host, made: Made, said: Loose, today: Loose, limits: Limits): Promise<Loose> {
  const layers = await moved(host, made, { today, before: said }, limits);
  const [doubt] = doubts(layers, { today, before: said, desired: said }, { ...made, host, want: made.wanted });
  if (doubt) throw doubt;
  return uncovered(said, today, layers.covered);
}

/**
 * Defines it. Where the answer was lost or somebody was faster, what is on the host tells what happened; resolves to the
 * failure where the host does not tell either.
 */
async function defined(host: Host, xml: string, { uuid, name, mark }: Made, stranger: Stranger, limits: Limits) {
  try {
    await define(host, xml, name, limits);
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (isUnanswered(failure)) {
      const ours = await isOurs(host, uuid, name, mark);
      if (ours === undefined) return failure.in({ object: `domain ${name}`, host: host.name });
      if (ours) return undefined;
    }
    const other = await host.call("domainLookupByName", { name }, { object: `domain ${name}` }).catch(() => undefined);
    if (other && other.dom.uuid !== uuid) throw stranger(other.dom.uuid);
    throw failure;
  }
  return undefined;
}
/** Undefined where the host does not answer. */
async function isOurs(host: Host, uuid: string, name: string, { nonce }: Mark): Promise<boolean | undefined> {
  try {
    return markOf(parse(await persistentXml(host, uuid, name, { deadline: Date.now() + 15_000 })))?.nonce === nonce;
  } catch (thrown) {
    return asFailure(thrown).code === "missing" ? false : undefined;
  }
}
