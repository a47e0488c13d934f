/** A new secret, or one of ours that an earlier run left without a state. */
import { asFailure, Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import { resources } from "../../model";
import type { Bag, Created, CreateRequest, Run } from "../../plugin/resource";
import { unknown } from "../../unknown";
import { print } from "../../xml";
import { adopt } from "../adopted";
import type { Context } from "../context";
import { importLine } from "../importing";
import { wanted, written } from "../look";
import { maybe } from "../maybe";
import { hidden } from "../state";
import { warnOfStranger } from "../strangers";
import { isUnanswered } from "../unanswered";
import { hostOf, hostOrUnknown, hostToChange, limitsOf, uncancelled } from "../whereabouts";
import { define, drop, look, objectOf, setValue } from "./calls";
import { outputsOf } from "./read";
import { brought } from "./update";
import { holderOf, spelled, usageOf } from "./usage";
import { bytesOf } from "./value";

const { token, inputs: declaration } = resources.Secret;

export async function create(run: Run, context: Context, request: CreateRequest): Promise<Created> {
  const { values } = request.inputs;
  if (request.preview) return foreseen(run, context, request);
  const host = hostToChange(context, values);
  const limits = limitsOf(run);
  const uuid = String(values["uuid"]);
  const xml = await maybe(look(host, uuid, limits));
  if (xml !== undefined) {
    // A UUID that the program gives is no mark of ours.
    if (values[hidden.minted] !== true) throw taken(context, host, request.name, uuid);
    await brought(host, uuid, xml, {}, values, limits);
    adopt(context, host, objectOf(uuid));
  } else {
    const doubt = await fresh(run, context, host, request);
    if (doubt) return doubtful(host, uuid, doubt);
  }
  try {
    return { id: uuid, outputs: await outputsOf(host, uuid, await look(host, uuid, limits), limits) };
  } catch (error) {
    return doubtful(host, uuid, asFailure(error).in({ object: objectOf(uuid), host: host.name }));
  }
}

/** It is there, or may be: the next run looks before it does anything. */
const doubtful = (host: Host, uuid: string, { message }: Failure): Created => ({
  id: uuid,
  outputs: { values: { uuid, host: host.name }, secrets: [] },
  reasons: [message],
  refreshBeforeUpdate: true,
});

/** Resolves to what kept it from being as wanted, where it could not be taken back either. */
async function fresh(
  run: Run,
  context: Context,
  host: Host,
  { name, inputs: { values } }: CreateRequest,
): Promise<Failure | undefined> {
  const uuid = String(values["uuid"]);
  const limits = limitsOf(run);
  let there = false;
  try {
    await define(host, uuid, print(written(declaration, wanted(declaration, values), values)), limits);
    there = true;
    await setValue(host, uuid, bytesOf(values) ?? Buffer.alloc(0), limits);
    return undefined;
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code === "exists") throw await refusedFor(context, host, name, values, failure, limits);
    const gone = maybe(drop(host, uuid, limitsOf(uncancelled(run)))).then(
      () => true,
      () => false,
    );
    if ((await gone) || !(there || isUnanswered(failure))) throw failure;
    return failure;
  }
}

/** One of the same usage stands in the way, or one of the same UUID that came just now. */
async function refusedFor(
  context: Context,
  host: Host,
  resource: string,
  values: Bag,
  cause: Failure,
  limits: Limits,
): Promise<Failure> {
  const usage = usageOf(values);
  const holder = usage && (await maybe(holderOf(host, usage, limits)));
  return taken(context, host, resource, holder ?? String(values["uuid"]), usage && spelled(usage), cause);
}

function taken(context: Context, host: Host, resource: string, uuid: string, usage?: string, cause?: unknown): Failure {
  const what = usage === undefined ? "a secret of that UUID" : `a secret for ${usage}`;
  return new Failure("exists", `${what} is there already, and this stack did not make it`, {
    object: objectOf(uuid),
    host: host.name,
    remedy: `Take it over with ${importLine(context, token, resource, host, uuid)}, or choose another ${usage === undefined ? "UUID" : "usage"}`,
    cause,
  });
}

async function foreseen(run: Run, context: Context, request: CreateRequest): Promise<Created> {
  const { values } = request.inputs;
  const isNew = context.replacements.replaced(request.urn) === undefined;
  if (isNew && values["host"] !== unknown) await warnOfStranger(run, stranger(run, context, request));
  const uuid = values["uuid"] ?? unknown;
  return { id: "", outputs: { values: { uuid, host: hostOrUnknown(context, values) }, secrets: [] } };
}

async function stranger(
  run: Run,
  context: Context,
  { name, inputs: { values } }: CreateRequest,
): Promise<Failure | undefined> {
  const usage = usageOf(values);
  if (!usage) return undefined;
  const host = hostOf(context, values);
  const holder = await holderOf(host, usage, limitsOf(run));
  if (holder === values["uuid"] && values[hidden.minted] === true) return undefined;
  return taken(context, host, name, holder, spelled(usage));
}
