/** What is done to a network on its host, call by call. */
import { asFailure } from "../../failure";
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
  for (const update of updates) await updateEntry(run, host, net, update, active, limits);
  if (whole) await define(host, xml.after, net.name, limits);
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
    await entry(now).catch((live: unknown) =>
      run.log.warn(
        `network ${net.name} on host ${host.name}: the running network refused a change that its definition took: ${asFailure(live).problem}`,
      ),
    );
  }
}

/** The bridge is made anew, so the NICs of running domains are plugged into it again. */
async function restart(run: Run, host: Host, net: Named, before: string, limits: Limits): Promise<void> {
  const nics = await plugged(host, net.name, limits);
  if (nics.length > 0)
    run.log.warn(
      `network ${net.name} on host ${host.name} was restarted: ${guests(nics)} lost its link for a moment and may ask for a new address`,
    );
  await host.call("networkDestroy", { net }, about(net, limits));
  // What follows must happen even after Ctrl-C: guests must not stay without their network.
  try {
    await host.call("networkCreate", { net }, about(net, {}));
  } catch (error) {
    await host.call("networkDefineXml", { xml: before }, about(net, {}));
    await host.call("networkCreate", { net }, about(net, {}));
    await replug(run, host, net.name, nics);
    throw asFailure(error).in({
      remedy: "The network runs again as it was before. Correct what the message names and run `pulumi up` again",
    });
  }
  await replug(run, host, net.name, nics);
}
const guests = (nics: readonly Plugged[]): string => [...new Set(nics.map(({ domain }) => domain.name))].join(", ");

/** Stopped and forgotten; what is gone already is well. */
export async function drop(host: Host, net: Named, limits: Limits): Promise<void> {
  const options = about(net, limits);
  const { active } = await host.call("networkIsActive", { net }, options);
  if (active) await host.call("networkDestroy", { net }, options);
  await host.call("networkUndefine", { net }, options);
}
