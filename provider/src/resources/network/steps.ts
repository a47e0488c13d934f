/** What is done to a network on its host, call by call. */
import { asFailure, Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import type { Run } from "../../plugin/resource";
import type { Found, Named } from "../defined";
import { isUnanswered } from "../unanswered";
import { limitsOf } from "../whereabouts";
import type { Plan, Update } from "./plan";
import { endShelter, hasShelter, type Plugged, plugged, replug, sheltered } from "./plug";

/** `virNetworkUpdateFlags`. */
const now = 1;
const later = 2;
/** `virNetworkXMLFlags`: the definition, not the running network. */
const inactive = 1;

const about = ({ name }: Named, limits: Limits) => ({ object: `network ${name}`, ...limits });

export async function define(host: Host, xml: string, name: string, limits: Limits): Promise<Named> {
  return (await host.call("networkDefineXml", { xml }, { object: `network ${name}`, ...limits })).net;
}

export async function lookup(host: Host, name: string, limits: Limits): Promise<Named> {
  return (await host.call("networkLookupByName", { name }, { object: `network ${name}`, ...limits })).net;
}

export const all = async (host: Host, limits: Limits): Promise<Named[]> =>
  (await host.call("connectListAllNetworks", {}, limits)).nets;

export async function look(host: Host, net: Named, limits: Limits): Promise<Found> {
  const options = about(net, limits);
  const [{ xml }, { active }, { autostart }, unfinished] = await Promise.all([
    host.call("networkGetXmlDesc", { net, flags: inactive }, options),
    host.call("networkIsActive", { net }, options),
    host.call("networkGetAutostart", { net }, options),
    hasShelter(host, net.name, limits),
  ]);
  return { xml, active, autostart, ...(unfinished ? { unfinished: cutOff } : {}) };
}
const cutOff =
  "was being restarted when that was cut off, and guests may be without it; `pulumi up` ends it and gives it back to them";

/** Guests that ran on when it was stopped get it back. */
export async function start(run: Run, host: Host, net: Named): Promise<void> {
  await host.call("networkCreate", { net }, about(net, limitsOf(run)));
  const [nics, unfinished] = await Promise.all([plugged(host, net.name, {}), hasShelter(host, net.name, {})]);
  if (nics.length > 0 || unfinished) await sheltered(host, net.name, {}, (found) => replug(run, host, net.name, found));
}
/** Guests that a restart, cut off, left without it get it back first: then it is in use. */
export async function stop(run: Run, host: Host, net: Named): Promise<void> {
  const limits = limitsOf(run);
  const [nics, { active }] = await Promise.all([
    plugged(host, net.name, limits),
    host.call("networkIsActive", { net }, about(net, limits)),
  ]);
  if (nics.length > 0 && !active) await start(run, host, net);
  mustBeUnused(host, net, nics);
  if (active) await host.call("networkDestroy", { net }, about(net, limits));
  await endShelter(host, net.name);
}
function mustBeUnused(host: Host, net: Named, nics: readonly Plugged[]): void {
  if (nics.length === 0) return;
  throw new Failure("refused", `it is in use: ${guests(nics)}`, {
    object: `network ${net.name}`,
    host: host.name,
    remedy: "Take their cards off it first, or keep it with the option retainOnDelete",
  });
}
export async function autostart(host: Host, net: Named, on: boolean, limits: Limits): Promise<void> {
  await host.call("networkSetAutostart", { net, autostart: on }, about(net, limits));
}

/** Brings an existing network from `before` to `after` by the plan that leads there. */
export async function change(
  run: Run,
  host: Host,
  net: Named,
  { updates, define: whole, restart: again }: Plan,
  xml: { readonly before: string; readonly after: string },
  active: boolean,
): Promise<void> {
  const limits = limitsOf(run);
  const changed = async (nics: readonly Plugged[]): Promise<void> => {
    await written(run, host, net, { updates, define: whole }, xml.after, active);
    if (again && active) await restart(run, host, net, nics, xml.before);
  };
  await (again && active ? sheltered(host, net.name, limits, changed) : changed([]));
}

async function written(
  run: Run,
  host: Host,
  net: Named,
  { updates, define: whole }: Omit<Plan, "restart">,
  after: string,
  active: boolean,
): Promise<void> {
  const limits = limitsOf(run);
  if (!whole) for (const update of updates) await updateEntry(run, host, net, update, active, limits);
  // From here on without the run's limits: once the definition says it, no later plan would find the running network wanting.
  else await define(host, after, net.name, {});
  if (whole && active) for (const update of updates) await updateLive(run, host, net, update, {});
}

const entry = (host: Host, net: Named, update: Update, flags: number, limits: Limits): Promise<unknown> =>
  host.call("networkUpdate", { net, ...update, flags }, about(net, limits));
async function updateEntry(
  run: Run,
  host: Host,
  net: Named,
  update: Update,
  active: boolean,
  limits: Limits,
): Promise<void> {
  if (!active) return void (await entry(host, net, update, later, limits));
  try {
    await entry(host, net, update, now | later, limits);
  } catch (error) {
    // Somebody may have changed the running network alone: then the two differ, and one of them needs no change.
    if (isUnanswered(error)) throw error;
    await entry(host, net, update, later, limits);
    await updateLive(run, host, net, update, limits);
  }
}
async function updateLive(run: Run, host: Host, net: Named, update: Update, limits: Limits): Promise<void> {
  await entry(host, net, update, now, limits).catch((error: unknown) => {
    if (isUnanswered(error)) throw error;
    run.log.warn(
      `network ${net.name} on host ${host.name}: the running network refused a change that its definition took: ${asFailure(error).problem}`,
    );
  });
}

/**
 * The bridge is made anew, so the NICs of running domains are plugged into it again. Nothing of this has the run's
 * limits: guests must not stay without their network, not even after Ctrl-C.
 */
async function restart(run: Run, host: Host, net: Named, nics: readonly Plugged[], before: string): Promise<void> {
  if (nics.length > 0)
    run.log.warn(
      `network ${net.name} on host ${host.name} was restarted: ${guests(nics)} lost its link for a moment and may ask for a new address`,
    );
  const failure = await bring(host, net, false)
    .then(() => bring(host, net, true))
    .then(() => undefined, asFailure);
  if (failure) await back(run, host, net, before);
  await replug(run, host, net.name, nics);
  if (failure)
    throw failure.in({
      remedy: "The network runs again as it was before. Correct what the message names and run `pulumi up` again",
    });
}
/** Starts or stops it. Where the answer is lost, or it is so already, what it is now tells whether that was done. */
async function bring(host: Host, net: Named, up: boolean): Promise<void> {
  try {
    await host.call(up ? "networkCreate" : "networkDestroy", { net }, about(net, {}));
  } catch (error) {
    const { active } = await host.call("networkIsActive", { net }, about(net, {}));
    if (active !== up) throw error;
  }
}
/** Any network is better for its guests than none. */
async function back(run: Run, host: Host, net: Named, before: string): Promise<void> {
  await define(host, before, net.name, {}).catch((error: unknown) =>
    run.log.warn(`${asFailure(error).message}. Its old definition could not be put back`),
  );
  await bring(host, net, true);
}
const guests = (nics: readonly Plugged[]): string =>
  [...new Set(nics.map(({ domain }) => `domain ${domain.name}`))].join(", ");

/** Stopped and forgotten, unless guests that are not `owner`'s run on it: they would be cut off without a word. */
export async function drop(host: Host, net: Named, owner: string, limits: Limits): Promise<void> {
  const options = about(net, limits);
  const { active } = await host.call("networkIsActive", { net }, options);
  const nics = active ? await plugged(host, net.name, limits) : [];
  mustBeUnused(
    host,
    net,
    nics.filter((nic) => nic.owner !== owner),
  );
  if (active) await host.call("networkDestroy", { net }, options);
  await host.call("networkUndefine", { net }, options);
  await endShelter(host, net.name);
}
