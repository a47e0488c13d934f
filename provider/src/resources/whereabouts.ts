/** On which host an object lives, from what the program or the state says. */
import { Failure } from "../failure";
import type { Host, Limits } from "../host/host";
import type { Bag, CheckFailure, CheckRequest, Run, Value } from "../plugin/resource";
import { unknown } from "../unknown";
import type { Context } from "./context";

export const limitsOf = ({ signal, deadline }: Run): Limits => ({ signal, deadline });
/** For what must happen even after Ctrl-C. */
export const uncancelled = (run: Run): Run => ({ ...run, signal: new AbortController().signal, deadline: undefined });

/** The host that the inputs name; the only one where they name none. */
export const hostOf = (context: Context, inputs: Bag): Host =>
  context.hosts().get(typeof inputs["host"] === "string" ? inputs["host"] : undefined);

/** The same host, where something is about to be made. */
export function hostToChange(context: Context, inputs: Bag): Host {
  const host = hostOf(context, inputs);
  host.anticipate();
  return host;
}

/** Of an object that stays where it is: a host that a preview does not know yet can only be the one of before. */
export const hostStaying = (context: Context, was: Bag, now: Bag): Host =>
  hostOf(context, now["host"] === unknown ? was : now);

/** Its name, for a preview, in which the program may not know yet which of several it will be. */
export const hostOrUnknown = (context: Context, inputs: Bag): Value =>
  inputs["host"] === unknown ? unknown : hostOf(context, inputs).name;

/**
 * Of an id at import: `host:id` where the provider has several hosts, else the id alone; `.get` may say the host beside it. `name` is what
 * `host` in the inputs would be.
 */
export function located(
  context: Context,
  id: string,
  said?: Bag,
): { readonly name: string | undefined; readonly id: string } {
  const { names } = context.hosts();
  const host = said?.["host"];
  if (typeof host === "string") {
    context.hosts().get(host);
    return { name: host, id: id.startsWith(`${host}:`) ? id.slice(host.length + 1) : id };
  }
  const colon = id.indexOf(":");
  const named = id.slice(0, Math.max(colon, 0));
  if (names.includes(named)) return { name: named, id: id.slice(colon + 1) };
  if (names.length <= 1) return { name: undefined, id };
  throw new Failure("invalid", `${JSON.stringify(id)} does not say on which host it is`, {
    remedy: `Put one of the provider's hosts before it: ${names.map((name) => `${name}:${id}`).join(", ")}`,
  });
}

/** An object stays on its host: what lies there cannot follow a changed word. */
export function checkHost(context: Context, { olds, news }: CheckRequest): CheckFailure[] {
  const { host } = news.values;
  const failure = (reason: string): CheckFailure[] => [{ property: ["host"], reason }];
  if (host === unknown || (host !== undefined && host !== null && typeof host !== "string")) return [];
  const { names } = context.hosts();
  if (typeof host === "string" && !names.includes(host))
    return failure(
      names.length > 0
        ? `is ${JSON.stringify(host)}, but the provider's hosts are ${names.join(", ")}`
        : "names a host, but the provider has a single one without a name: leave it out",
    );
  if (typeof host !== "string" && names.length > 1)
    return failure(`is required: the provider has several hosts (${names.join(", ")})`);
  const was = olds?.values["host"];
  if (olds && was !== undefined && host !== undefined && was !== host)
    return failure(`was ${String(was)}: moving to another host is not supported yet; keep it, or make a new resource`);
  return [];
}
