/**
 * As much of Pulumi's engine as a fault can reach, without its seconds: each command runs a provider of its own, over the real protocol,
 * and states are kept as the engine keeps them after success, failure and partial failure.
 */
import { type AddressInfo, createServer } from "node:net";
import { credentials, type ServiceError, type status } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { serve } from "../../provider/src/plugin";
import { load } from "../../provider/src/provider";

/** A resource of the program; it may use the outputs of those before it. */
export interface Declared {
  readonly kind: "Pool" | "Network" | "Volume" | "Domain";
  readonly name: string;
  readonly inputs: object;
}
interface State {
  readonly declared: Declared;
  readonly id: string;
  readonly inputs: Struct;
  readonly outputs: Struct;
  /** Saved by a failure: it is updated by the next `up`, whatever Diff says. */
  readonly failed: boolean;
  readonly refreshFirst: boolean;
}
export interface Outcome {
  /** What the user would have read, and gRPC's code for it; undefined after success. */
  readonly error: string | undefined;
  readonly code: status | undefined;
  /** What was done, as in `create pool`. */
  readonly steps: readonly string[];
}
export interface Project {
  up(): Promise<Outcome>;
  destroy(): Promise<Outcome>;
}

const urnOf = ({ kind, name }: Declared): string => `urn:pulumi:test::small::kvm:index:${kind}::${name}`;
const struct = (values: object): Struct => Struct.fromJavaScript(values as never);

/** Resources are made in the order of the program, one after the other, and taken away in the opposite one. */
export function project(configuration: object, program: readonly Declared[]): Project {
  const states = new Map<string, State>();
  const keep = (state: State): unknown => states.set(urnOf(state.declared), state);
  return {
    up: () =>
      command(configuration, async (client, steps) => {
        for (const declared of program) await bring(client, declared, states.get(urnOf(declared)), keep, steps);
      }),
    destroy: () =>
      command(configuration, async (client, steps) => {
        for (const declared of [...program].reverse()) {
          const state = states.get(urnOf(declared));
          if (!state) continue;
          steps.push(`delete ${declared.name}`);
          await remove(client, state);
          states.delete(urnOf(declared));
        }
      }),
  };
}

async function command(
  configuration: object,
  work: (client: ResourceProviderClient, steps: string[]) => Promise<void>,
): Promise<Outcome> {
  const serving = serve({ version: "0.0.0", schema: async () => "{}", load: async () => load() });
  const listener = createServer((connection) => serving.take(connection));
  await new Promise<void>((ready) => listener.listen(0, "127.0.0.1", ready));
  const address = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const client = new ResourceProviderClient(address, credentials.createInsecure());
  const steps: string[] = [];
  try {
    const request = new rpc.ConfigureRequest();
    request.setArgs(struct(configuration));
    await answer<rpc.ConfigureResponse>((done) => client.configure(request, done));
    await work(client, steps);
    return { error: undefined, code: undefined, steps };
  } catch (thrown) {
    const { details = String(thrown), code } = thrown as ServiceError;
    return { error: details, code, steps };
  } finally {
    client.close();
    await serving.close();
    listener.close();
  }
}

type Callback<A> = (error: ServiceError | null, answer: A) => void;
const answer = <A>(ask: (done: Callback<A>) => unknown): Promise<A> =>
  new Promise((done, fail) => ask((error, got) => (error ? fail(error) : done(got))));

/** One resource's share of an `up`: check, then create, or diff and update. What a failure leaves is kept. */
async function bring(
  client: ResourceProviderClient,
  declared: Declared,
  known: State | undefined,
  keep: (state: State) => unknown,
  steps: string[],
): Promise<void> {
  const old = known?.refreshFirst ? await refreshed(client, known) : known;
  const inputs = await checked(client, declared, old);
  if (!old) {
    steps.push(`create ${declared.name}`);
    const request = new rpc.CreateRequest();
    request.setUrn(urnOf(declared));
    request.setName(declared.name);
    request.setProperties(inputs);
    const made = await answer<rpc.CreateResponse>((done) => client.create(request, done)).catch(partly);
    keep({ declared, inputs, ...kept(made) });
    if (made instanceof Partial) throw made.cause;
    return;
  }
  if (!old.failed && !(await differs(client, old, inputs))) return void keep(old);
  steps.push(`update ${declared.name}`);
  const request = new rpc.UpdateRequest();
  request.setUrn(urnOf(declared));
  request.setName(declared.name);
  request.setId(old.id);
  request.setOlds(old.outputs);
  request.setOldInputs(old.inputs);
  request.setNews(inputs);
  const made = await answer<rpc.UpdateResponse>((done) => client.update(request, done)).catch(partly);
  const { outputs, failed, refreshFirst } = kept(made);
  keep({ declared, id: old.id, inputs: failed ? old.inputs : inputs, outputs, failed, refreshFirst });
  if (made instanceof Partial) throw made.cause;
}

/** The object is there, but not as wanted. */
class Partial {
  constructor(
    readonly cause: ServiceError,
    readonly state: rpc.ErrorResourceInitFailed,
  ) {}
}
function partly(error: ServiceError): Partial {
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  if (!(bytes instanceof Buffer)) throw error;
  const [detail] = Status.deserializeBinary(bytes).getDetailsList();
  if (!detail) throw error;
  return new Partial(error, rpc.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8()));
}
function kept(made: Partial | rpc.CreateResponse | rpc.UpdateResponse) {
  const failed = made instanceof Partial;
  const from = failed ? made.state : made;
  return {
    id: "getId" in from ? from.getId() : "",
    outputs: from.getProperties() ?? new Struct(),
    failed,
    refreshFirst: from.getRefreshBeforeUpdate(),
  };
}

/** Undefined where it is gone. */
async function refreshed(client: ResourceProviderClient, state: State): Promise<State | undefined> {
  const request = new rpc.ReadRequest();
  request.setUrn(urnOf(state.declared));
  request.setName(state.declared.name);
  request.setId(state.id);
  request.setInputs(state.inputs);
  request.setProperties(state.outputs);
  const got = await answer<rpc.ReadResponse>((done) => client.read(request, done)).catch(partly);
  const { state: seen, failed } =
    got instanceof Partial ? { state: got.state, failed: true } : { state: got, failed: state.failed };
  if (seen.getId() === "") return undefined;
  return {
    ...state,
    failed,
    inputs: seen.getInputs() ?? state.inputs,
    outputs: seen.getProperties() ?? state.outputs,
    refreshFirst: false,
  };
}

async function checked(client: ResourceProviderClient, declared: Declared, old: State | undefined): Promise<Struct> {
  const request = new rpc.CheckRequest();
  request.setUrn(urnOf(declared));
  request.setName(declared.name);
  request.setNews(struct(declared.inputs));
  if (old) request.setOlds(old.inputs);
  const got = await answer<rpc.CheckResponse>((done) => client.check(request, done));
  const [failure] = got.getFailuresList();
  if (failure) throw new Error(`${declared.name}: ${failure.getReason()}`);
  return got.getInputs() ?? new Struct();
}

async function differs(client: ResourceProviderClient, old: State, news: Struct): Promise<boolean> {
  const request = new rpc.DiffRequest();
  request.setUrn(urnOf(old.declared));
  request.setId(old.id);
  request.setOlds(old.outputs);
  request.setOldInputs(old.inputs);
  request.setNews(news);
  const got = await answer<rpc.DiffResponse>((done) => client.diff(request, done));
  if (got.getReplacesList().length > 0)
    throw new Error(`${old.declared.name} would be replaced for ${got.getReplacesList().join(", ")}`);
  return got.getChanges() === rpc.DiffResponse.DiffChanges.DIFF_SOME;
}

async function remove(client: ResourceProviderClient, state: State): Promise<void> {
  const request = new rpc.DeleteRequest();
  request.setUrn(urnOf(state.declared));
  request.setName(state.declared.name);
  request.setId(state.id);
  request.setProperties(state.outputs);
  request.setOldInputs(state.inputs);
  await answer((done) => client.delete(request, done));
}
