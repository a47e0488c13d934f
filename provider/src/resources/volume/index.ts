/** A volume: the disk image, or disc, that a pool holds. */
import { asFailure } from "../../failure";
import type { Host } from "../../host/host";
import { resources } from "../../model";
import type {
  Bag,
  Checked,
  CheckRequest,
  DeleteRequest,
  Difference,
  DiffRequest,
  Resource,
  Run,
  Updated,
  UpdateRequest,
} from "../../plugin/resource";
import { unknown } from "../../unknown";
import { keepsAdopted } from "../adopted";
import { born } from "../birth";
import type { Context } from "../context";
import { differences } from "../difference";
import { keepingIdentity } from "../identity";
import { maybe } from "../maybe";
import { autonamedBy } from "../owner";
import { hidden, mustBeHost } from "../state";
import { hostOf, hostStaying, limitsOf } from "../whereabouts";
import { mustBeGivenUp, mustBeUnused } from "./anew";
import { describe, find, remove } from "./calls";
import { faults } from "./check";
import { create } from "./create";
import { contentsOf } from "./document";
import { elsewhere } from "./elsewhere";
import { setCapacity } from "./grow";
import { idOf, objectOf, parsed, type Volume } from "./id";
import { read } from "./look";
import { doubts, isUnknown, losses } from "./losses";
import { isMark, keyOf, unmark } from "./mark";
import { outputs, wantedOf } from "./read";
import { secretSources } from "./source";
import { whereabouts } from "./whereabouts";

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

/** What `unseen` left may have its mark still. */
async function seen(
  context: Context,
  host: Host,
  { urn, id, ...request }: UpdateRequest | DeleteRequest,
): Promise<void> {
  const { values } = "oldOutputs" in request ? request.oldOutputs : request.outputs;
  if (values[hidden.baseline] === undefined) await unmark({ host, wanted: parsed(id), key: keyOf(context, { urn }) });
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
