/** Finds the machine that an id means, at import and at a program's `get`. */
import { asFailure, Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { canonicalUuid, isUuid } from "../../model";
import type { Context } from "../context";
import { maybe } from "../maybe";

export interface Found {
  readonly host: Host;
  /** What `host` in the inputs is. */
  readonly key: string | undefined;
  readonly uuid: string;
}

/** By UUID or name. */
export async function uuidOf(host: Host, id: string, limits: Limits): Promise<string | undefined> {
  const about = { object: `domain ${id}`, ...limits };
  const asked = isUuid(id)
    ? host.call("domainLookupByUuid", { uuid: canonicalUuid(id) }, about)
    : host.call("domainLookupByName", { name: id }, about);
  return (await maybe(asked))?.dom.uuid;
}

/** On the host that the program (`said`) or the id names, `host:id` or `host/id`; else on whichever has it. */
export async function find(context: Context, id: string, said: unknown, limits: Limits): Promise<Found | undefined> {
  const hosts = context.hosts();
  const [, prefix = "", rest = id] = /^([^:/]+)[:/](.+)$/s.exec(id) ?? [];
  const named = hosts.names.includes(prefix);
  const key = typeof said === "string" ? said : named ? prefix : undefined;
  const on = async (key: string | undefined, id: string): Promise<Found | undefined> => {
    const host = hosts.get(key);
    const uuid = await uuidOf(host, id, limits);
    return uuid === undefined ? undefined : { host, key, uuid };
  };
  const bare = named && prefix === key ? rest : id;
  if (key !== undefined || hosts.names.length <= 1) return on(key, bare);
  return only(id, await Promise.allSettled(hosts.names.map((name) => on(name, id))));
}

/** The one that there is. Where none is, a host that did not answer may have it. */
function only(id: string, looked: readonly PromiseSettledResult<Found | undefined>[]): Found | undefined {
  const found = looked.flatMap((look) => (look.status === "fulfilled" && look.value ? [look.value] : []));
  const [first, ...others] = found;
  if (others.length > 0)
    throw new Failure("invalid", `there is one on each of ${found.map(({ key }) => key).join(", ")}`, {
      object: `domain ${id}`,
      remedy: `Put the host before it: ${found.map(({ key }) => `${key}:${id}`).join(", ")}`,
    });
  const failed = looked.find((look) => look.status === "rejected");
  if (!first && failed) throw asFailure(failed.reason);
  return first;
}
