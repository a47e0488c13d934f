/** Looks at a volume: what it is today, and what of that is not as the program said. */
import { asFailure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { resources } from "../../model";
import type { Bag, Got, ReadRequest, Run } from "../../plugin/resource";
import type { Node } from "../../xml";
import type { Context } from "../context";
import { seenToday } from "../look";
import { maybe } from "../maybe";
import { hidden, mustBeHost } from "../state";
import { hostOf, limitsOf, located } from "../whereabouts";
import { find } from "./calls";
import { contentsOf } from "./document";
import { elsewhere } from "./elsewhere";
import { objectOf, parsed, type Volume } from "./id";
import { keyOf } from "./mark";
import { importedInputs, outputs, steadyXml } from "./read";
import { whereabouts } from "./whereabouts";
import { markLeft, mustBeWhole } from "./whole";

const declaration = resources.Volume.inputs;

export async function read(run: Run, context: Context, request: ReadRequest): Promise<Got | undefined> {
  const found = request.outputs
    ? { name: undefined, id: request.id }
    : located(context, request.id, request.inputs?.values);
  const known: Bag = { ...request.inputs?.values, ...(found.name === undefined ? {} : { host: found.name }) };
  const host = hostOf(context, known);
  const target = parsed(found.id);
  const at = await whereabouts(run, host);
  mustBeHost(request.outputs?.values[hidden.host], at.uuid, objectOf(target), host.name);
  const kept = request.inputs && request.outputs ? { inputs: request.inputs, outputs: request.outputs } : undefined;
  let xml: Node | undefined;
  try {
    xml = await find(host, target, limitsOf(run));
  } catch (error) {
    const failure = asFailure(error);
    // Without its pool nobody knows whether a volume is there; that is no reason to forget it.
    if (!kept || !["missing", "refused"].includes(failure.code)) throw failure;
    return { id: found.id, ...kept, reasons: [failure.message] };
  }
  if (!xml) {
    const moved = kept && (await elsewhere(host, target, kept.outputs.values["path"], limitsOf(run)));
    return moved && { id: found.id, ...kept, reasons: [moved.message] };
  }
  if (!kept) await mustBeWhole(host, target, limitsOf(run));
  const left = kept && kept.outputs.values[hidden.baseline] === undefined;
  const doubt = left && (await markLeft(host, { wanted: target, key: keyOf(context, request) }, limitsOf(run)));
  if (doubt) return { id: found.id, ...kept, reasons: [doubt.message] };
  const made = outputs(target, xml, at);
  if (!kept || typeof kept.outputs.values[hidden.baseline] !== "string") {
    const base = await baseIn(host, xml, limitsOf(run));
    const inputs = kept?.inputs ?? { values: { ...importedInputs(target, xml, base), ...known }, secrets: [] };
    return { id: found.id, inputs, outputs: made };
  }
  const today = { xml: steadyXml(xml), libvirt: at.libvirt };
  const values = seenToday(declaration, kept.inputs.values, kept.outputs.values[hidden.baseline], today);
  return { id: found.id, inputs: { values, secrets: kept.inputs.secrets }, outputs: made };
}

/** The volume that it is based on, if that file is one. */
async function baseIn(host: Host, xml: Node, limits: Limits): Promise<Volume | undefined> {
  const path = contentsOf(xml).backing?.path;
  if (path === undefined) return undefined;
  return (await maybe(host.call("storageVolLookupByPath", { path }, limits)))?.vol;
}
