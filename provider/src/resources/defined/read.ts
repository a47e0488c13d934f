/** An object as it is on its host, told in the program's own inputs. */
import type { Bag, Got, Properties, ReadRequest, Run } from "../../plugin/resource";
import type { Shape } from "../../vocabulary";
import { parse } from "../../xml";
import type { Context } from "../context";
import { imported, seenToday, wanted } from "../look";
import { maybe } from "../maybe";
import { secretsKept } from "../secrets";
import { hidden, mustBeHost } from "../state";
import { hostOf, limitsOf, located } from "../whereabouts";
import { type Found, type Kind, objectOf, outputsOf, remembered } from "./kind";

export async function read<S extends Shape>(
  kind: Kind<S>,
  context: Context,
  run: Run,
  request: ReadRequest,
): Promise<Got | undefined> {
  const { inputs: old, outputs: was } = request;
  const place = was ? { name: undefined, id: request.id } : located(context, request.id, old?.values);
  const said: Bag = { ...old?.values, ...(place.name === undefined ? {} : { host: place.name }) };
  const host = hostOf(context, said);
  const limits = limitsOf(run);
  const at = await host.identity(limits);
  mustBeHost(was?.values[hidden.host], at.uuid, objectOf(kind, place.id), host.name);
  const uuid = was?.values["uuid"];
  const object = typeof uuid === "string" ? { name: place.id, uuid } : await maybe(kind.lookup(host, place.id, limits));
  const found = object && (await maybe(kind.look(host, object, limits)));
  if (!object || !found) return undefined;
  const kept = old !== undefined && was !== undefined;
  const values = kept ? inputsToday(kind, said, was, found, at.libvirt) : inputsImported(kind, said, found);
  const about = `${objectOf(kind, object.name)} on host ${host.name}`;
  const reasons = [
    ...(found.active || values["active"] === false ? [] : [`${about} is not active; \`pulumi up\` starts it`]),
    ...(found.unfinished === undefined ? [] : [`${about} ${found.unfinished}`]),
  ];
  return {
    id: object.name,
    inputs: { values, secrets: secretsKept(kind.declaration, said, values, old?.secrets ?? []) },
    outputs: await outputsOf(kind, run, host, object, found.xml, remembered(was?.values)),
    reasons,
  };
}

const inputsImported = <S extends Shape>(
  { declaration }: Kind<S>,
  said: Bag,
  { xml, autostart, active }: Found,
): Bag => ({
  ...imported(declaration, parse(xml)),
  ...said,
  ...(autostart === undefined ? {} : { autostart }),
  // What runs is not worth a word; what does not must not be started by the next update.
  ...(active ? {} : { active }),
});
function inputsToday<S extends Shape>(
  { declaration }: Kind<S>,
  said: Bag,
  was: Properties,
  { xml, autostart, active }: Found,
  libvirt: string,
): Bag {
  const values = seenToday(declaration, said, was.values[hidden.baseline], { xml, libvirt });
  const wish = wanted(declaration, said) as Bag;
  return {
    ...values,
    ...(wish["autostart"] === undefined || wish["autostart"] === autostart ? {} : { autostart }),
    // One that stopped is a thing to mend, not a wish that it be so.
    ...(wish["active"] === false && active ? { active } : {}),
  };
}
