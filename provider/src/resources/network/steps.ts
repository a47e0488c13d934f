/** What is done to a network on its host, call by call. */
import { asFailure, Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import type { Run } from "../../plugin/resource";
import type { Found, Named } from "../defined";
import { limitsOf } from "../whereabouts";
import type { Plan, Update } from "./plan";
import { type Plugged, plugged, replug } from "./plug";

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
  const [{ xml }, { active }, { autostart }] = await Promise.all([
    host.call("networkGetXmlDesc", { net, flags: inactive }, options),
    host.call("networkIsActive", { net }, options),
    host.call("networkGetAutostart", { net }, options),
  ]);
  return { xml, active, autostart };
}

export async function start(host: Host, net: Named, limits: Limits): Promise<void> {
  await host.call("networkCreate", { net }, about(net, limits));
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
  if (whole) await define(host, xml.after, net.name, limits);
  for (const update of updates)
    if (!whole) await updateEntry(run, host, net, update, active, limits);
    else if (active) await updateRunning(run, host, net, update, limits);
  if (again && active) await restart(run, host, net, xml.before, limits);
}

async function updateEntry(
  run: Run,
  host: Host,
  net: Named,
  update: Update,
  active: boolean,
  limits: Limits,
): Promise<void> {
  const entry = (flags: number): Promise<unknown> =>
    host.call("networkUpdate", { net, ...update, flags }, about(net, limits));
  if (!active) return void (await entry(later));
  try {
    await entry(now | later);
  } catch (error) {
    // Somebody may have changed the running network alone: then the two differ, and one of them needs no change.
    if (["cancelled", "connection", "lost", "timeout"].includes(asFailure(error).code)) throw error;
    await entry(later);
    await updateRunning(run, host, net, update, limits);
  }
}
/** What the definition has already. A refusal is told, but is no failure: the next start brings it. */
async function updateRunning(run: Run, host: Host, net: Named, update: Update, limits: Limits): Promise<void> {
  await host
    .call("networkUpdate", { net, ...update, flags: now }, about(net, limits))
    .catch((live: unknown) =>
      run.log.warn(
        `network ${net.name} on host ${host.name}: the running network refused a change that its definition took: ${asFailure(live).problem}`,
      ),
    );
}

/** The bridge is made anew, so the NICs of running domains are plugged into it again. */
async function restart(run: Run, host: Host, net: Named, before: string, limits: Limits): Promise<void> {
  const nics = await plugged(host, net.name, limits);
  if (nics.length > 0)
    run.log.warn(
      `network ${net.name} on host ${host.name} was restarted: ${guests(nics)} lost its link for a moment and may ask for a new address`,
    );
  // From here on also after Ctrl-C: guests must not stay without their network.
  await host.call("networkDestroy", { net }, about(net, {}));
  try {
    await startAgain(host, net, before);
  } finally {
    await replug(run, host, net.name, nics);
  }
}
/** With its new definition; with the one that it had `before` where libvirt refuses that. */
async function startAgain(host: Host, net: Named, before: string): Promise<void> {
  const create = (): Promise<unknown> => host.call("networkCreate", { net }, about(net, {}));
  try {
    await create();
  } catch (error) {
    // Where only the answer was lost, it runs.
    if ((await host.call("networkIsActive", { net }, about(net, {}))).active) return;
    await host.call("networkDefineXml", { xml: before }, about(net, {}));
    await create();
    throw asFailure(error).in({
      remedy: "The network runs again as it was before. Correct what the message names and run `pulumi up` again",
    });
  }
}
const guests = (nics: readonly Plugged[]): string =>
  [...new Set(nics.map(({ domain }) => `domain ${domain.name}`))].join(", ");

/** Stopped and forgotten, unless guests that are not `owner`'s run on it: they would be cut off without a word. */
export async function drop(host: Host, net: Named, owner: string, limits: Limits): Promise<void> {
  const options = about(net, limits);
  const { active } = await host.call("networkIsActive", { net }, options);
  const strangers = active ? (await plugged(host, net.name, limits)).filter((nic) => nic.owner !== owner) : [];
  if (strangers.length > 0)
    throw new Failure("refused", `it is in use: ${guests(strangers)}`, {
      object: options.object,
      host: host.name,
      remedy: "Take their cards off it first, or keep it with the option retainOnDelete",
    });
  if (active) await host.call("networkDestroy", { net }, options);
  await host.call("networkUndefine", { net }, options);
}
