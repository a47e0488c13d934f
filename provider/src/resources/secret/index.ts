/** A secret that libvirt keeps on its host. Its UUID is the mark by which our own is known. */
import { resources } from "../../model";
import type { Bag, Change, DeleteRequest, Difference, DiffRequest, Resource, Run } from "../../plugin/resource";
import { keepsAdopted } from "../adopted";
import type { Context } from "../context";
import { differences } from "../difference";
import { maybe } from "../maybe";
import { hidden, mustBeHost } from "../state";
import { hostOf, limitsOf } from "../whereabouts";
import { all, drop, look, objectOf } from "./calls";
import { check } from "./check";
import { create } from "./create";
import { outputsOf, read } from "./read";
import { update } from "./update";
import { spelled, usageOf } from "./usage";

export const secret = (context: Context): Resource => ({
  check: async (_run, request) => check(context, request),
  diff: async (_run, request) => diff(request),
  create: (run, request) => create(run, context, request),
  read: (run, request) => read(run, context, request),
  update: (run, request) => update(run, context, request),
  delete: (run, request) => remove(run, context, request),
  list: (run) => list(run, context),
});

function diff({ oldInputs, news, ignoreChanges }: DiffRequest): Difference {
  const { changes } = differences(resources.Secret.inputs, oldInputs.values, news.values, ignoreChanges);
  return {
    changes: changes.filter((change) => !saysTheSame(change, oldInputs.values, news.values)),
    deleteBeforeReplace: excludes(oldInputs.values, news.values),
    stables: ["uuid", "host"],
  };
}
/** No is what these are where nobody says it: that is no reason to make a secret anew. */
function saysTheSame({ property: [key] }: Change, olds: Bag, news: Bag): boolean {
  return (key === "ephemeral" || key === "private") && (olds[key] ?? false) === (news[key] ?? false);
}
/** libvirt has no two secrets of one usage, nor of one UUID. */
function excludes(olds: Bag, news: Bag): boolean {
  const [was, want] = [usageOf(olds), usageOf(news)];
  const sameUuid = news[hidden.minted] !== true && olds["uuid"] === news["uuid"];
  return sameUuid || (was !== undefined && want !== undefined && spelled(was) === spelled(want));
}

async function remove(run: Run, context: Context, { id, inputs, outputs }: DeleteRequest): Promise<void> {
  const host = hostOf(context, inputs.values);
  const limits = limitsOf(run);
  mustBeHost(outputs.values[hidden.host], (await host.identity(limits)).uuid, objectOf(id), host.name);
  if (!keepsAdopted(context, run, host, objectOf(id), objectOf(id))) await maybe(drop(host, id, limits));
}

async function* list(run: Run, context: Context): ReturnType<Resource["list"]> {
  const hosts = context.hosts();
  const limits = limitsOf(run);
  for (const host of hosts.names.length > 0 ? hosts.names.map((name) => hosts.get(name)) : [hosts.get()])
    for (const uuid of await all(host, limits)) {
      const xml = await maybe(look(host, uuid, limits));
      if (xml !== undefined) yield { id: uuid, name: uuid, outputs: await outputsOf(host, uuid, xml, limits) };
    }
}
