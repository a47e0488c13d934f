/** What is done to a network filter on its host, call by call. */
import { asFailure, Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { canonicalUuid, isUuid } from "../../model";
import type { Run } from "../../plugin/resource";
import type { Found, Named } from "../defined";
import { limitsOf } from "../whereabouts";
import { usersOf } from "./users";

const about = (name: string, limits: Limits) => ({ object: `nwfilter ${name}`, ...limits });

export async function lookup(host: Host, name: string, limits: Limits): Promise<Named> {
  const options = about(name, limits);
  const { nwfilter } = isUuid(name)
    ? await host.call("nwfilterLookupByUuid", { uuid: canonicalUuid(name) }, options)
    : await host.call("nwfilterLookupByName", { name }, options);
  return nwfilter;
}
export const all = async (host: Host, limits: Limits): Promise<Named[]> =>
  (await host.call("connectListAllNwfilters", {}, limits)).filters;

export async function look(host: Host, nwfilter: Named, limits: Limits): Promise<Found> {
  const { xml } = await host.call("nwfilterGetXmlDesc", { nwfilter }, about(nwfilter.name, limits));
  return { xml, active: true };
}

export async function define(host: Host, xml: string, name: string, limits: Limits): Promise<Named> {
  return (await host.call("nwfilterDefineXml", { xml }, about(name, limits))).nwfilter;
}
/** libvirt puts the new rules in front of running guests before it answers, keeps the old ones where that fails, and does nothing where they are the same. */
export async function change(run: Run, host: Host, { name }: Named, _before: Found, after: string): Promise<void> {
  await define(host, after, name, limitsOf(run));
}

/** libvirt refuses it as long as a running guest's packets pass it, and does not say whose. */
export async function drop(host: Host, nwfilter: Named, limits: Limits): Promise<void> {
  try {
    await host.call("nwfilterUndefine", { nwfilter }, about(nwfilter.name, limits));
  } catch (error) {
    const failure = asFailure(error);
    const users = failure.code === "refused" ? await usersOf(host, nwfilter.name, limits) : [];
    if (users.length === 0) throw failure;
    throw new Failure("refused", `it is in use: ${users.join(", ")}`, {
      object: `nwfilter ${nwfilter.name}`,
      host: host.name,
      remedy: "Take it off these cards first, or keep it with the option retainOnDelete",
      cause: failure,
    });
  }
}
