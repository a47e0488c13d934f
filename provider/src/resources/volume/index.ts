/** A volume: the disk image, or disc, that a pool holds. */
import { asFailure, type Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { resources } from "../../model";
import type {
  Bag,
  Checked,
  CheckRequest,
  Created,
  CreateRequest,
  DeleteRequest,
  Difference,
  DiffRequest,
  Got,
  ReadRequest,
  Resource,
  Run,
  Updated,
  UpdateRequest,
  Value,
} from "../../plugin/resource";
import { unknown } from "../../unknown";
import type { Node } from "../../xml";
import { adopt, keepsAdopted } from "../adopted";
import { born } from "../birth";
import type { Context } from "../context";
import { differences } from "../difference";
import { keepingIdentity } from "../identity";
import { importLine } from "../importing";
import { effective } from "../inputs";
import { seenToday } from "../look";
import { maybe } from "../maybe";
import { autonamedBy } from "../owner";
import { hidden, mustBeHost } from "../state";
import { mayMeet, warnOfStranger } from "../strangers";
import { hostOf, hostOrUnknown, hostStaying, hostToChange, limitsOf, located } from "../whereabouts";
import { mustBeGivenUp, mustBeUnused, warnOfUse } from "./anew";
import { describe, find, remove, taken } from "./calls";
import { faults } from "./check";
import { contentsOf } from "./document";
import { elsewhere } from "./elsewhere";
import { setCapacity } from "./grow";
import { idOf, objectOf, parsed, type Volume } from "./id";
import { doubts, isUnknown, losses } from "./losses";
import { make } from "./make";
import { isMark, type Made, markOf, unmark, type Wanted } from "./mark";
import { factsOf } from "./pools";
import { importedInputs, outputs, steadyXml, type Whereabouts, wantedOf } from "./read";
import { isBag, secretSources } from "./source";
import { markLeft, mustBeWhole } from "./whole";

const declaration = resources.Volume.inputs;

export const volume = (context: Context): Resource => ({
  check: async (run, request) => check(run, context, request),
  diff: async (_run, request) => diff(request),
  create: (run, request) => create(run, context, request),
  read: (run, request) => read(run, context, request),
  update: (run, request) => update(run, context, request),
  delete: (run, request) => drop(run, context, request),
  list: (run) => list(run, context),
});

function check(run: Run, context: Context, request: CheckRequest): Checked {
  const identity = ({ pool, name }: Bag): string => `${String(pool)}/${String(name)}`;
  const birth = { declaration, uuid: false, identity, defaults: {}, faults, secrets: secretSources };
  const checked = keepingIdentity(declaration, request, born(birth, context, request));
  for (const doubt of doubts(request.olds, checked.inputs)) run.log.warn(doubt);
  return { ...checked, failures: [...checked.failures, ...losses(request.olds, checked.inputs)] };
}

function diff({ oldInputs, news, ignoreChanges }: DiffRequest): Difference {
  const { values } = news;
  const { changes } = differences(declaration, oldInputs.values, values, ignoreChanges);
  const named = (["pool", "name"] as const).every((key) => oldInputs.values[key] === news.values[key]);
  return {
    // The engine asks so of each volume whose pool or base is replaced, and would delete it first: check refuses that only of what is known.
    changes:
      values["replaceData"] === true
        ? changes
        : changes.map((change) => (isUnknown(values, change.property) ? { ...change, replace: false } : change)),
    // Two volumes of one name cannot be there at once.
    deleteBeforeReplace: named && autonamedBy(values) !== "ours",
    stables: ["pool", "name", "path", "format", "host"],
  };
}

async function create(run: Run, context: Context, request: CreateRequest): Promise<Created> {
  const { inputs, preview } = request;
  const replaced = context.replacements.replaced(request.urn);
  if (replaced !== undefined && inputs.values["host"] !== unknown)
    mustBeGivenUp(parsed(replaced), hostOf(context, inputs.values), inputs.values);
  if (preview) return foreseen(run, context, request);
  const wanted = wantedOf(inputs.values);
  const host = hostToChange(context, inputs.values);
  // Asked beside the rest; nothing is made before the answer.
  const where = whereabouts(run, host).catch((error: unknown) => {
    throw asFailure(error).in({ object: objectOf(wanted) });
  });
  where.catch(() => undefined);
  const id = idOf(wanted);
  let made: Made;
  try {
    made = await make({ run, host, wanted, key: keyOf(context, request) });
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code !== "exists") throw failure;
    if (!(await isOurs(run, host, wanted, inputs.values))) {
      throw takenBy(context, host, request.name, wanted, failure);
    }
    adopt(context, host, objectOf(wanted));
    made = { whole: await describe(host, wanted, limitsOf(run)) };
  }
  const at = await where;
  return "doubt" in made ? unseen(wanted, at, made.doubt) : { id, outputs: outputs(wanted, made.whole, at) };
}

/** It is made, and the engine must know of it, or it would be nobody's: the next run looks at it. */
const unseen = ({ pool, name }: Volume, { host, uuid }: Whereabouts, { message }: Failure): Created => ({
  id: idOf({ pool, name }),
  outputs: { values: { pool, name, host, [hidden.host]: uuid }, secrets: [] },
  reasons: [message],
});

/** What `unseen` left may have its mark still. */
async function seen(
  context: Context,
  host: Host,
  { urn, id, ...request }: UpdateRequest | DeleteRequest,
): Promise<void> {
  const { values } = "oldOutputs" in request ? request.oldOutputs : request.outputs;
  if (values[hidden.baseline] === undefined) await unmark({ host, wanted: parsed(id), key: keyOf(context, { urn }) });
}

const keyOf = (context: Context, { urn }: { readonly urn: string }): string => JSON.stringify([context.owner(), urn]);
function takenBy(context: Context, host: Host, resource: string, volume: Volume, cause: unknown): Failure {
  const importing = importLine(context, resources.Volume.token, resource, host, idOf(volume));
  return taken(volume, host, cause).in({ remedy: `Take it over with ${importing}, or choose another name` });
}

/** Made by an earlier run that could not save it: its name is one that only we come to, and it is what is wanted; data never are known to be. */
async function isOurs(run: Run, host: Host, wanted: Wanted, inputs: Bag): Promise<boolean> {
  if (autonamedBy(inputs) !== "ours" || wanted.source) return false;
  const limits = limitsOf(run);
  const there = await find(host, wanted, limits);
  if (!there) return false;
  const { capacity, format, backing } = contentsOf(there);
  if (wanted.capacity !== undefined && capacity !== wanted.capacity) return false;
  if (wanted.format !== undefined && format !== wanted.format) return false;
  if (wanted.backing === undefined) return backing === undefined;
  return contentsOf(await describe(host, parsed(wanted.backing), limits)).path === backing?.path;
}

async function whereabouts(run: Run, host: Host): Promise<Whereabouts> {
  const { uuid, libvirt } = await host.identity(limitsOf(run));
  return { host: host.name, uuid, libvirt };
}

/** What a preview can say. What is missing may be made by the same program: that is a warning. */
async function foreseen(run: Run, context: Context, request: CreateRequest): Promise<Created> {
  const { values } = request.inputs;
  const value = effective(declaration, values);
  const { pool, name, format } = value;
  if (typeof pool === "string" && mayMeet(context, request))
    await warnOfStranger(run, stranger(run, context, request, { pool, name: String(name) }));
  const replaced = context.replacements.replaced(request.urn);
  if (values["host"] !== unknown && replaced === `${String(pool)}/${String(name)}`)
    await warnOfUse(run, hostOf(context, values), parsed(replaced));
  if (values["host"] !== unknown)
    await foresee(run, context, hostOf(context, values), pool, [value["backing"], value["source"]]);
  const known = (one: Value | undefined): Value => one ?? unknown;
  return {
    id: "",
    outputs: {
      values: {
        pool: known(pool),
        name: known(name),
        path: unknown,
        capacity: unknown,
        format: known(format),
        host: hostOrUnknown(context, values),
      },
      secrets: [],
    },
  };
}
async function stranger(
  run: Run,
  context: Context,
  request: CreateRequest,
  volume: Volume,
): Promise<Failure | undefined> {
  const host = hostOf(context, request.inputs.values);
  const mark = markOf({ wanted: volume, key: keyOf(context, request) });
  const [there, halfMade] = await Promise.all([volume, mark].map((one) => find(host, one, limitsOf(run))));
  return there && !halfMade ? takenBy(context, host, request.name, volume, undefined) : undefined;
}
async function foresee(
  run: Run,
  context: Context,
  host: Host,
  pool: Value | undefined,
  from: readonly (Value | undefined)[],
): Promise<void> {
  const limits = limitsOf(run);
  const warn = (error: unknown): void => warned(run, context, asFailure(error));
  if (typeof pool === "string") await factsOf(host, pool, limits).catch(warn);
  for (const one of from) {
    const id = isBag(one) ? one["volume"] : undefined;
    if (typeof id === "string") await describe(host, parsed(id), limits).catch(warn);
  }
}
function warned(run: Run, { planned }: Context, failure: Failure): void {
  if (failure.code !== "missing") throw failure;
  if (planned.has(failure.circumstances.object ?? "")) return;
  run.log.warn(`${failure.message}. (Nothing is wrong if this program makes it under that very name.)`);
}

async function read(run: Run, context: Context, request: ReadRequest): Promise<Got | undefined> {
  const found = request.outputs
    ? { name: undefined, id: request.id }
    : located(context, request.id, request.inputs?.values);
  const known: Bag = { ...request.inputs?.values, ...(found.name === undefined ? {} : { host: found.name }) };
  const host = hostOf(context, known);
  const target = parsed(found.id);
  const at = await whereabouts(run, host);
  mustBeHost(request.outputs?.values[hidden.host], at.uuid, objectOf(target), host.name);
  const kept = request.inputs && request.outputs ? { inputs: request.inputs, outputs: request.outputs } : undefined;
  let xml: Node | undefined;
  try {
    xml = await find(host, target, limitsOf(run));
  } catch (error) {
    const failure = asFailure(error);
    // Without its pool nobody knows whether a volume is there; that is no reason to forget it.
    if (!kept || !["missing", "refused"].includes(failure.code)) throw failure;
    return { id: found.id, ...kept, reasons: [failure.message] };
  }
  if (!xml) {
    const moved = kept && (await elsewhere(host, target, kept.outputs.values["path"], limitsOf(run)));
    return moved && { id: found.id, ...kept, reasons: [moved.message] };
  }
  if (!kept) await mustBeWhole(host, target, limitsOf(run));
  const left = kept && kept.outputs.values[hidden.baseline] === undefined;
  const doubt = left && (await markLeft(host, { wanted: target, key: keyOf(context, request) }, limitsOf(run)));
  if (doubt) return { id: found.id, ...kept, reasons: [doubt.message] };
  const made = outputs(target, xml, at);
  if (!kept || typeof kept.outputs.values[hidden.baseline] !== "string") {
    const base = await baseIn(host, xml, limitsOf(run));
    const inputs = kept?.inputs ?? { values: { ...importedInputs(target, xml, base), ...known }, secrets: [] };
    return { id: found.id, inputs, outputs: made };
  }
  const today = { xml: steadyXml(xml), libvirt: at.libvirt };
  const values = seenToday(declaration, kept.inputs.values, kept.outputs.values[hidden.baseline], today);
  return { id: found.id, inputs: { values, secrets: kept.inputs.secrets }, outputs: made };
}

/** The volume that it is based on, if that file is one. */
async function baseIn(host: Host, xml: Node, limits: Limits): Promise<Volume | undefined> {
  const path = contentsOf(xml).backing?.path;
  if (path === undefined) return undefined;
  return (await maybe(host.call("storageVolLookupByPath", { path }, limits)))?.vol;
}

async function update(run: Run, context: Context, request: UpdateRequest): Promise<Updated> {
  const host = hostStaying(context, request.oldInputs.values, request.news.values);
  const target = parsed(request.id);
  const { landings } = differences(declaration, request.oldInputs.values, request.news.values, request.ignoreChanges);
  const sized = landings.some(({ path }) => path[0] === "capacity");
  if (request.preview) {
    const values: Bag = { ...request.oldOutputs.values, ...(sized ? { capacity: unknown } : {}) };
    return { outputs: { values, secrets: request.oldOutputs.secrets } };
  }
  const at = await whereabouts(run, host);
  mustBeHost(request.oldOutputs.values[hidden.host], at.uuid, objectOf(target), host.name);
  await seen(context, host, request);
  const { capacity } = wantedOf(request.news.values);
  try {
    if (sized && capacity !== undefined)
      await setCapacity(run, host, target, capacity, request.news.values["allowShrink"] === true);
    return { outputs: outputs(target, await describe(host, target, limitsOf(run)), at) };
  } catch (error) {
    const gone = asFailure(error).code === "missing";
    const moved = gone && (await maybe(elsewhere(host, target, request.oldOutputs.values["path"], limitsOf(run))));
    throw moved || error;
  }
}

async function drop(run: Run, context: Context, request: DeleteRequest): Promise<void> {
  const host = hostOf(context, request.inputs.values);
  const target = parsed(request.id);
  const limits = limitsOf(run);
  const { uuid } = await host.identity(limits);
  mustBeHost(request.outputs.values[hidden.host], uuid, objectOf(target), host.name);
  if (keepsAdopted(context, run, host, objectOf(target), objectOf(target))) return;
  // Without its pool there is no volume that libvirt could delete.
  const xml = await maybe(find(host, target, limits));
  if (!xml) {
    const moved = await maybe(elsewhere(host, target, request.outputs.values["path"], limits));
    if (moved) run.log.warn(`${moved.message}. It stays there`);
    return;
  }
  const coming = context.replacements.coming(request.urn);
  if (coming) mustBeGivenUp(target, host, coming);
  await mustBeUnused(host, target, contentsOf(xml).path);
  if (request.inputs.values["wipe"] === true)
    await host.call("storageVolWipe", { vol: target }, { object: objectOf(target), ...limits });
  await seen(context, host, request);
  await remove(host, target, limits);
}

async function* list(run: Run, context: Context): ReturnType<Resource["list"]> {
  const hosts = context.hosts();
  const limits = limitsOf(run);
  for (const host of hosts.names.length > 0 ? hosts.names.map((name) => hosts.get(name)) : [hosts.get()]) {
    const at = await whereabouts(run, host);
    const { pools } = await host.call("connectListAllStoragePools", { flags: 2 }, limits);
    for (const pool of pools) {
      const { vols } = await host.call("storagePoolListAllVolumes", { pool }, limits);
      for (const vol of vols.filter(({ name }) => !isMark(name))) {
        const xml = await find(host, vol, limits);
        if (xml) yield { id: idOf(vol), name: vol.name, outputs: outputs(vol as Volume, xml, at) };
      }
    }
  }
}
