/** An object is brought to what the program says, and what the program does not say stays. */
import { asFailure } from "../../failure";
import type { Host } from "../../host/host";
import type { Bag, Run, Updated, UpdateRequest } from "../../plugin/resource";
import { hasUnknown } from "../../unknown";
import { merge, type Shape } from "../../vocabulary";
import { type Node, print } from "../../xml";
import type { Context } from "../context";
import { differences } from "../difference";
import { reading, wanted, written } from "../look";
import { hidden, mustBeHost, unpackBaseline } from "../state";
import { hostOf, limitsOf } from "../whereabouts";
import { type Found, type Kind, type Named, objectOf, outputsOf, remembered, settle } from "./kind";

export async function update<S extends Shape>(
  kind: Kind<S>,
  context: Context,
  run: Run,
  request: UpdateRequest,
): Promise<Updated> {
  const { news, oldInputs, oldOutputs } = request;
  if (request.preview) return foretold(kind, run, request);
  const host = hostOf(context, news.values);
  const object = { name: request.id, uuid: String(oldOutputs.values["uuid"]) };
  const limits = limitsOf(run);
  const { uuid } = await host.identity(limits);
  mustBeHost(oldOutputs.values[hidden.host], uuid, objectOf(kind, object.name), host.name);
  await brought(kind, run, host, object, await kind.look(host, object, limits), oldInputs.values, news.values);
  const more = remembered(oldOutputs.values);
  await settle(kind, run, host, object, news.values, (outputs) => Object.assign(more, outputs));
  const { xml } = await kind.look(host, object, limits);
  return { outputs: await outputsOf(kind, run, host, object, xml, more) };
}

function foretold<S extends Shape>(kind: Kind<S>, run: Run, request: UpdateRequest): Updated {
  const { id, news, oldInputs, oldOutputs, ignoreChanges } = request;
  const { landings } = differences(kind.declaration, oldInputs.values, news.values, ignoreChanges);
  const effect = kind.sideEffect(landings);
  const host = String(oldOutputs.values["host"]);
  if (effect) run.log.warn(`${objectOf(kind, id)} on host ${host} ${effect}`);
  const baseline = unpackBaseline(oldOutputs.values[hidden.baseline]);
  if (baseline && !hasUnknown(news.values))
    try {
      desired(kind, baseline.xml, oldInputs.values, news.values);
    } catch (thrown) {
      const failure = asFailure(thrown).in({ object: objectOf(kind, id), host });
      run.log.warn(`${failure.message} (the update will fail)`);
    }
  return { outputs: oldOutputs };
}

/** Changes on the host what differs between the inputs `was` and `want`. */
export async function brought<S extends Shape>(
  kind: Kind<S>,
  run: Run,
  host: Host,
  object: Named,
  before: Found,
  was: Bag,
  want: Bag,
): Promise<void> {
  await kind.change(run, host, object, before, print(desired(kind, before.xml, was, want)));
}
/** The definition that comes of today's by what the program changed. */
function desired<S extends Shape>({ declaration }: Kind<S>, today: string, was: Bag, want: Bag): Node {
  const merged = merge(declaration, reading(declaration, today), wanted(declaration, was), wanted(declaration, want));
  return written(declaration, merged, want, was);
}
