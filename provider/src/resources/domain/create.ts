/** Makes a machine: one definition, one look at what libvirt made of it, then a start if it is to run. */
import { randomBytes } from "node:crypto";
import { asFailure, Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { resources } from "../../model";
import type { Bag, Created, CreateRequest, Run } from "../../plugin/resource";
import { unknown } from "../../unknown";
import { parse, print } from "../../xml";
import type { Context } from "../context";
import { effective } from "../inputs";
import { identify, type Replacements } from "../owner";
import { hostOf, limitsOf } from "../whereabouts";
import { hostDefaults } from "./defaults";
import { expand } from "./expand";
import { define, liveXml, persistentXml, setAutostart, undefineFlagsOf } from "./libvirt";
import { type Mark, markOf, putMark } from "./mark";
import { start } from "./power";
import { applyEdits, editsOf, reading, writing } from "./render";
import { findNetworks, findVolumes, hostFacts, networksOf, placed, volumesOf } from "./resolve";
import { dropSeed, putSeed, type Seed } from "./seed";
import { displaysOf, look, machineOf, outputsOf, previewed } from "./state";
import { at, isLoose, items, type Loose, textAt } from "./values";
import { type Wanted, waitFor } from "./wait";

const Domain = resources.Domain.inputs;

export async function create(context: Context, seen: Replacements, run: Run, request: CreateRequest): Promise<Created> {
  const { urn, inputs } = request;
  const values = inputs.values;
  const wanted = effective(Domain, values) as Loose;
  if (request.preview) return preview(context, run, wanted, values);
  const [uuid, name] = [String(values["uuid"]), String(values["name"])];
  const host = hostOf(context, values);
  const limits = limitsOf(run);
  const mark = { owner: context.owner(), urn, nonce: randomBytes(8).toString("hex") };
  const own = [identify(mark.owner, urn), identify(mark.owner, urn, seen.replaced(urn))];
  if (!own.some((identity) => identity.uuid === uuid)) await mustBeFree(host, uuid, name, mark, limits);
  const seed = await seedFor(run, host, context, wanted, uuid, name);
  try {
    const xml = await document(host, wanted, mark, seed?.path, limits);
    await defined(host, xml, uuid, name, mark, limits);
  } catch (thrown) {
    if (seed) await dropSeed(host, seed).catch(() => undefined);
    throw thrown;
  }
  return settle(run, host, { uuid, name, mark, seed, wanted });
}

/** A preview only looks: what is missing may be made by the same program before this. */
async function preview(context: Context, run: Run, wanted: Loose, values: Bag): Promise<Created> {
  const hostKnown = values["host"] !== unknown;
  if (hostKnown) await warnOfMissing(run, context, hostOf(context, values), wanted);
  const { uuid, name } = values;
  // What depends on a name must see that nobody knows it yet.
  const outputs = previewed({ uuid, name, host: hostKnown ? hostOf(context, values).name : unknown });
  return { id: typeof uuid === "string" ? uuid : "", outputs };
}
export async function warnOfMissing(run: Run, { planned }: Context, host: Host, wanted: Loose): Promise<void> {
  const looks = [
    ...volumesOf(wanted).map((id) => findVolumes(host, [id], limitsOf(run))),
    ...networksOf(wanted).map((name) => findNetworks(host, [name], limitsOf(run))),
  ];
  for (const looked of await Promise.allSettled<unknown>(looks)) {
    if (looked.status === "fulfilled") continue;
    const failure = asFailure(looked.reason);
    if (!planned.has(failure.circumstances.object ?? "")) run.log.warn(`${failure.message} (the update will need it)`);
  }
}

/** With a UUID of the program's own nothing says that a machine of it is ours but the mark. */
async function mustBeFree(host: Host, uuid: string, name: string, mark: Mark, limits: Limits): Promise<void> {
  const xml = await persistentXml(host, uuid, name, limits).catch((thrown: unknown) => {
    if (asFailure(thrown).code !== "missing") throw thrown;
    return undefined;
  });
  if (xml === undefined) return;
  const found = markOf(parse(xml));
  if (found?.owner === mark.owner && found.urn === mark.urn) return;
  throw taken(host, name, uuid);
}
const taken = (host: Host, name: string, uuid: string): Failure =>
  new Failure("exists", `a domain ${uuid} is there already, and this stack did not make it`, {
    object: `domain ${name}`,
    host: host.name,
    remedy: `Give the resource another name, or take the domain over with \`pulumi import kvm:index:Domain ${name} ${uuid}\``,
  });

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

/** The XML of a new machine. */
async function document(
  host: Host,
  wanted: Loose,
  mark: Mark,
  seed: string | undefined,
  limits: Limits,
): Promise<string> {
  const [places, facts] = await Promise.all([
    findVolumes(host, volumesOf(wanted), limits),
    hostFacts(host, at(wanted, "os", "arch"), limits),
    findNetworks(host, networksOf(wanted), limits),
  ]);
  const value = hostDefaults(placed(expand(wanted, { seed }), places), facts, wanted["preset"] === "none");
  const node = writing(value);
  putMark(node, mark);
  applyEdits(node, [], editsOf(wanted));
  return print(node);
}

/** Defines it; where the answer was lost or somebody was faster, what is on the host tells what happened. */
async function defined(host: Host, xml: string, uuid: string, name: string, mark: Mark, limits: Limits): Promise<void> {
  try {
    await define(host, xml, name, limits);
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.code === "lost" && (await isOurs(host, uuid, name, mark))) return;
    const stranger = await host
      .call("domainLookupByName", { name }, { object: `domain ${name}` })
      .catch(() => undefined);
    if (stranger && stranger.dom.uuid !== uuid) throw taken(host, name, stranger.dom.uuid);
    throw failure;
  }
}
async function isOurs(host: Host, uuid: string, name: string, { nonce }: Mark): Promise<boolean> {
  const xml = await persistentXml(host, uuid, name, {}).catch(() => undefined);
  return xml !== undefined && markOf(parse(xml))?.nonce === nonce;
}

interface Made {
  readonly uuid: string;
  readonly name: string;
  readonly mark: Mark;
  readonly seed: Seed | undefined;
  readonly wanted: Loose;
}

/** Starts what is to run and tells what there is. A machine that never ran is not worth keeping. */
async function settle(run: Run, host: Host, made: Made): Promise<Created> {
  const { uuid, name, wanted } = made;
  const limits = limitsOf(run);
  const runs = (wanted["powerState"] ?? "running") !== "stopped";
  let xml = "";
  let booting = false;
  try {
    xml = await persistentXml(host, uuid, name, limits);
    if (wanted["autostart"] === true) await setAutostart(host, uuid, name, true, limits);
    if (runs) booting = await start(run, host, uuid, { paused: wanted["powerState"] === "paused" });
  } catch (thrown) {
    const failure = asFailure(thrown);
    const unsure = xml !== "" && ["lost", "timeout", "cancelled"].includes(failure.code);
    if (unsure)
      return { ...(await told(host, made, xml, runs)), reasons: [failure.message], refreshBeforeUpdate: true };
    await undo(host, made);
    throw new Failure(failure.code, failure.problem, {
      ...failure.circumstances,
      object: `domain ${name}`,
      host: host.name,
    });
  }
  const said = wanted["waitFor"];
  if (!isLoose(said) || wanted["powerState"] === "paused" || !runs) return told(host, made, xml, runs, limits);
  const waited = await waitFor(run, host, { ...machineOf(uuid, name, reading(xml)), booting }, said as Wanted);
  const created = await told(host, made, xml, runs, {}, waited);
  return waited.reasons.length > 0 ? { ...created, reasons: waited.reasons } : created;
}

/** Takes back a machine that never ran. */
async function undo(host: Host, { uuid, name, seed }: Made): Promise<void> {
  const { libvirt } = await host.identity();
  const flags = undefineFlagsOf({}, libvirt);
  await host.call("domainUndefineFlags", { dom: { uuid }, flags }, { object: `domain ${name}` }).catch(() => undefined);
  if (seed) await dropSeed(host, seed).catch(() => undefined);
}

async function told(
  host: Host,
  { uuid, name, mark, seed }: Made,
  xml: string,
  runs: boolean,
  limits: Limits = {},
  waited?: Awaited<ReturnType<typeof waitFor>>,
): Promise<Created> {
  const identity = await host.identity(limits);
  const value = reading(xml);
  const screens = runs && items(value, "graphics").length > 0;
  const displays = screens ? displaysOf(reading(await liveXml(host, uuid, name, limits))) : displaysOf(value);
  const outputs = outputsOf({
    uuid,
    name,
    host: host.name,
    nonce: mark.nonce,
    hostUuid: identity.uuid,
    libvirt: identity.libvirt,
    xml,
    waiting: (waited?.reasons.length ?? 0) > 0,
    seen: waited?.seen ?? (await look(host, machineOf(uuid, name, value), false, limits)),
    pendingRestart: [],
    displays,
    seed,
  });
  return { id: uuid, outputs };
}
