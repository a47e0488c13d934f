/** All domains of a host. */
import type { Properties, Resource, Run } from "../../plugin/resource";
import type { Context } from "../context";
import { hostOf, limitsOf } from "../whereabouts";

export async function* list(context: Context, run: Run, query: Properties): ReturnType<Resource["list"]> {
  const hosts = context.hosts();
  const chosen = typeof query.values["host"] === "string" || hosts.names.length === 0;
  for (const host of chosen ? [hostOf(context, query.values)] : hosts.names.map((name) => hosts.get(name))) {
    const { domains } = await host.call("connectListAllDomains", {}, limitsOf(run));
    for (const { name, uuid } of domains)
      yield { id: uuid, name, outputs: { values: { uuid, name, host: host.name }, secrets: [] } };
  }
}
