/** The life that pools, networks and network filters share. */
import type { Bag, Resource } from "../../plugin/resource";
import type { Shape } from "../../vocabulary";
import { keepsAdopted } from "../adopted";
import { born } from "../birth";
import type { Context } from "../context";
import { differences } from "../difference";
import { keepingIdentity } from "../identity";
import { maybe } from "../maybe";
import { hidden, mustBeHost } from "../state";
import { hostOf, limitsOf } from "../whereabouts";
import { create } from "./create";
import { type Kind, objectOf, outputsOf, stables } from "./kind";
import { read } from "./read";
import { update } from "./update";

export type { Found, Named } from "./kind";

export function defined<S extends Shape>(kind: Kind<S>, context: Context): Resource {
  const { declaration } = kind;
  return {
    check: async (_run, request) => {
      const identity = ({ uuid, name }: Bag): string => String(uuid ?? name);
      const { defaults, faults } = kind;
      const birth = { declaration, uuid: true, identity, defaults, faults };
      return keepingIdentity(declaration, request, born(birth, context, request));
    },
    diff: async (_run, { oldInputs, news, ignoreChanges }) => {
      const { changes } = differences(declaration, oldInputs.values, news.values, ignoreChanges);
      return {
        changes,
        deleteBeforeReplace: kind.excludes(oldInputs.values, news.values),
        stables: stables(kind),
      };
    },
    create: (run, request) => create(kind, context, run, request),
    read: (run, request) => read(kind, context, run, request),
    update: (run, request) => update(kind, context, run, request),
    delete: async (run, { urn, id, inputs, outputs }) => {
      const host = hostOf(context, inputs.values);
      const { [hidden.host]: recorded, uuid } = outputs.values;
      mustBeHost(recorded, (await host.identity(limitsOf(run))).uuid, objectOf(kind, id), host.name);
      if (keepsAdopted(context, run, host, objectOf(kind, String(uuid)), objectOf(kind, id))) return;
      const object = { name: id, uuid: String(uuid) };
      if (context.replacements.coming(urn)) await maybe(kind.mustHoldNothing(host, object, false, limitsOf(run)));
      await maybe(kind.drop(run, host, object, inputs.values, outputs.values));
    },
    list: async function* (run) {
      const hosts = context.hosts();
      const limits = limitsOf(run);
      for (const host of hosts.names.length > 0 ? hosts.names.map((name) => hosts.get(name)) : [hosts.get()])
        for (const object of await kind.all(host, limits)) {
          const found = await maybe(kind.look(host, object, limits));
          if (!found) continue;
          const outputs = await outputsOf(kind, run, host, object, found.xml, {});
          yield { id: object.name, name: object.name, outputs };
        }
    },
  };
}
