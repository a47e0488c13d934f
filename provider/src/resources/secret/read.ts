/** A secret as it is on its host, told in the program's own inputs. */
import { Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { canonicalUuid, isUuid, resources } from "../../model";
import type { Bag, Got, Properties, ReadRequest, Run } from "../../plugin/resource";
import { parse } from "../../xml";
import type { Context } from "../context";
import { secretsOf } from "../inputs";
import { baselineOf, imported, seenToday } from "../look";
import { maybe } from "../maybe";
import { secretsKept } from "../secrets";
import { hidden, mustBeHost } from "../state";
import { hostOf, limitsOf, located } from "../whereabouts";
import { look, objectOf, valueOn } from "./calls";
import { holderOf, parsed } from "./usage";
import { bytesOf, withValue } from "./value";

const declaration = resources.Secret.inputs;

/** Nothing of the value is in them. */
export async function outputsOf(host: Host, uuid: string, xml: string, limits: Limits): Promise<Properties> {
  const at = await host.identity(limits);
  const values = { uuid, host: host.name, [hidden.host]: at.uuid, ...baselineOf(xml, at.libvirt) };
  return { values, secrets: [[hidden.baseline]] };
}

export async function read(run: Run, context: Context, request: ReadRequest): Promise<Got | undefined> {
  const { inputs: old, outputs: was } = request;
  const place = was ? { name: undefined, id: request.id } : located(context, request.id, old?.values);
  const said: Bag = { ...old?.values, ...(place.name === undefined ? {} : { host: place.name }) };
  const host = hostOf(context, said);
  const limits = limitsOf(run);
  const { uuid: at, libvirt } = await host.identity(limits);
  mustBeHost(was?.values[hidden.host], at, objectOf(place.id), host.name);
  const uuid = await uuidOf(host, place.id, limits);
  const xml = uuid === undefined ? undefined : await maybe(look(host, uuid, limits));
  if (uuid === undefined || xml === undefined) return undefined;
  const baseline = was?.values[hidden.baseline];
  const kept = old !== undefined && was !== undefined;
  const told = kept
    ? seenToday(declaration, said, baseline, { xml, libvirt })
    : { ...imported(declaration, parse(xml)), ...said };
  const today = await valueOn(host, uuid, xml, limits);
  const values = valueToday(told, today, kept && baseline === undefined);
  const secrets = secretsOf(declaration, values, secretsKept(declaration, said, values, old?.secrets ?? []));
  return { id: uuid, inputs: { values, secrets }, outputs: await outputsOf(host, uuid, xml, limits) };
}

/** Of an id, which at import may be its usage too. */
async function uuidOf(host: Host, id: string, limits: Limits): Promise<string | undefined> {
  if (isUuid(id)) return canonicalUuid(id);
  const usage = parsed(id);
  if (usage) return maybe(holderOf(host, usage, limits));
  throw new Failure("invalid", "that is neither a UUID nor a usage", {
    object: objectOf(id),
    host: host.name,
    remedy: "Give one that `virsh secret-list` shows; a usage with its type before it: `volume//srv/root.qcow2`",
  });
}

/** Where it is not told, what was set last is what it is, unless nobody knows whether that was done. */
function valueToday(told: Bag, today: Buffer | "untold" | undefined, doubtful: boolean): Bag {
  if (today === "untold") return doubtful ? withValue(told, undefined) : told;
  return today && bytesOf(told)?.equals(today) ? told : withValue(told, today);
}
