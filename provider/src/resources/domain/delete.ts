/** Takes a machine away with all that is its own. */
import { asFailure } from "../../failure";
import { resources } from "../../model";
import type { DeleteRequest, Run } from "../../plugin/resource";
import { parse } from "../../xml";
import type { Context } from "../context";
import { effective } from "../inputs";
import { hidden, mustBeHost } from "../state";
import { isLoose, type Loose } from "../values";
import { hostOf, limitsOf } from "../whereabouts";
import { type GoesWith, persistentXml, undefineFlagsOf } from "./libvirt";
import { markOf } from "./mark";
import { type ShutdownPolicy, stop } from "./power";
import { dropSeed, dropStale } from "./seed";
import { seedOf } from "./state";

/** What is gone already, or is another machine of the same UUID by now, is a success. */
export async function remove(context: Context, run: Run, request: DeleteRequest): Promise<void> {
  const { id: uuid, inputs, outputs } = request;
  const host = hostOf(context, inputs.values);
  const limits = limitsOf(run);
  const wanted = effective(resources.Domain.inputs, inputs.values) as Loose;
  const name = String(outputs.values["name"] ?? inputs.values["name"] ?? uuid);
  const identity = await host.identity(limits);
  mustBeHost(outputs.values[hidden.host], identity.uuid, `domain ${name}`, host.name);
  const seed = seedOf(outputs.values);
  try {
    const nonce = outputs.values[hidden.nonce];
    const mark = markOf(parse(await persistentXml(host, uuid, name, limits)));
    if (nonce !== undefined && mark !== undefined && mark.nonce !== nonce) {
      run.log.warn(
        `domain ${name} on host ${host.name} stays: it was taken over or made anew since this state saw it. To have a machine replaced on demand, set the option deleteBeforeReplace`,
      );
      return;
    }
    if (nonce !== undefined && mark === undefined) {
      run.log.warn(
        `domain ${name} on host ${host.name} stays: the mark in its metadata is gone, so nothing says that it is still the one that this stack made. Delete it by hand if it is`,
      );
      return;
    }
    await stop(run, host, uuid, shutdownOf(wanted));
    const flags = undefineFlagsOf(
      isLoose(wanted["onDelete"]) ? (wanted["onDelete"] as GoesWith) : {},
      identity.libvirt,
    );
    await host.call("domainUndefineFlags", { dom: { uuid }, flags }, { object: `domain ${name}`, ...limits });
  } catch (thrown) {
    if (asFailure(thrown).code !== "missing") throw thrown;
  }
  if (!seed) return;
  await dropSeed(host, seed, limits);
  const discs = { ...seed, uuid, name, owner: context.owner() };
  await dropStale(host, discs, [], limits).catch((thrown: unknown) => run.log.warn(asFailure(thrown).message));
}

/** How the program wants it stopped. */
export function shutdownOf(wanted: Loose): ShutdownPolicy {
  const { timeout, method } = isLoose(wanted["shutdown"]) ? wanted["shutdown"] : {};
  return {
    ...(typeof timeout === "number" ? { timeout } : {}),
    ...(method === "agent" || method === "acpi" || method === "force" ? { method } : {}),
  };
}
