/** Pulumi's provider protocol: each RPC read, carried out by the provider, and answered. */
import {
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Failure } from "../failure";
import { type Call, type Calls, calls } from "./calls";
import { differenceOf } from "./difference";
import { listInto } from "./list";
import { messages } from "./messages";
import { unpacked } from "./packed";
import { propertyPath } from "./path";
import type { Checked, CheckFailure, CheckRequest, Created, Properties, Provider, Resource, Run } from "./resource";
import { type Partially, partialStatus, statusOf } from "./status";
import { decode, encode } from "./wire";

export interface Service {
  readonly implementation: UntypedServiceImplementation;
  /** Ends what is under way and closes the provider. */
  close(): Promise<void>;
}

type Unary<Q, A> = (call: ServerUnaryCall<Q, A>, callback: sendUnaryData<A>) => void;

/** `load` is called when the first RPC that needs more than a name has come. */
export function service(version: string, load: () => Promise<Provider>): Service {
  const underWay = calls();
  let loading: Promise<Provider> | undefined;
  const provider = (): Promise<Provider> => (loading ??= load());
  return {
    implementation: {
      ...introductions(version, underWay, provider),
      ...configuration(underWay, provider),
      ...resources(underWay, provider),
      ...functions(underWay, provider),
      ...unimplemented("parameterize", "call", "construct"),
    } as unknown as UntypedServiceImplementation,
    close: async () => {
      underWay.cancel();
      await underWay.idle();
      underWay.attach(undefined);
      await (await loading)?.close();
    },
  };
}

/** Whatever is thrown becomes an answer: the engine would wait for one for ever. */
function unary<Q, A>(work: (request: Q) => Promise<A> | A): Unary<Q, A> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => work(call.request))
      .then(
        (answer) => callback(null, answer),
        (thrown) => callback(statusOf(thrown)),
      );
  };
}

/** The same with what a call is given; `held` are properties whose secrets must not be told. */
function running<Q extends object, A>(
  under: Calls,
  held: (request: Q) => readonly (Struct | undefined)[],
  work: (run: Run, request: Q, clean: Call["clean"]) => Promise<A>,
): Unary<Q, A> {
  return (call, callback) => {
    const { request } = call;
    const { run, clean, abort, told, end } = under.begin(text(request, "getUrn"), number(request, "getTimeout"), () =>
      held(request).flatMap(readable),
    );
    call.on("cancelled", abort);
    Promise.resolve()
      .then(() => work(run, request, clean))
      .then(
        async (answer) => {
          await told();
          callback(null, answer);
        },
        async (thrown) => {
          await told();
          callback(thrown instanceof NotAsWanted ? partialStatus(thrown.outcome, clean) : statusOf(thrown, clean));
        },
      )
      .finally(end);
  };
}
/** What cannot be read has failed for that already, and has no secret that anything could tell. */
function readable(struct: Struct | undefined): Properties[] {
  try {
    return [decode(struct)];
  } catch {
    return [];
  }
}
/** Not every request is about one resource, or has a deadline. */
const asked = (request: object, getter: string): unknown =>
  (request as Readonly<Record<string, (() => unknown) | undefined>>)[getter]?.call(request);
const text = (request: object, getter: string): string => String(asked(request, getter) ?? "");
const number = (request: object, getter: string): number => Number(asked(request, getter) ?? 0);

/** An outcome that the protocol tells as an error: the object is there, but not as wanted. */
class NotAsWanted extends Error {
  constructor(readonly outcome: Partially) {
    super("the object is not as wanted");
  }
}

const messagesTo = (engine: string) => (engine === "" ? undefined : messages(engine));

function introductions(version: string, under: Calls, provider: () => Promise<Provider>) {
  return {
    handshake: unary((request: rpc.ProviderHandshakeRequest) => {
      under.attach(messagesTo(request.getEngineAddress()));
      const answer = new rpc.ProviderHandshakeResponse();
      answer.setAcceptSecrets(true);
      answer.setAcceptResources(true);
      answer.setAcceptOutputs(true);
      answer.setSupportsAutonamingConfiguration(true);
      // The rest is loaded while the engine goes on.
      setImmediate(() => void provider().catch(() => undefined));
      return answer;
    }),
    attach: unary((request: { getAddress(): string }) => {
      under.attach(messagesTo(request.getAddress()));
      return new Empty();
    }),
    getPluginInfo: unary(() => {
      const info = new PluginInfo();
      info.setVersion(version);
      return info;
    }),
    getSchema: unary(async (request: rpc.GetSchemaRequest) => {
      if (request.getVersion() !== 0)
        throw new Failure("unsupported", `there is no version ${request.getVersion()} of the schema's format, only 0`);
      const answer = new rpc.GetSchemaResponse();
      answer.setSchema(await (await provider()).schema());
      return answer;
    }),
    getMapping: unary(() => new rpc.GetMappingResponse()),
    getMappings: unary(() => new rpc.GetMappingsResponse()),
    cancel: unary(() => {
      under.cancel();
      return new Empty();
    }),
  };
}

function configuration(under: Calls, provider: () => Promise<Provider>) {
  return {
    checkConfig: running(
      under,
      (q: rpc.CheckRequest) => [q.getOlds(), q.getNews()],
      async (run, q, clean) => {
        const news = unpacked(decode(q.getNews()));
        const request = { urn: q.getUrn(), olds: known(q.getOlds()), news };
        return checkResponse(await checkedBy(news, async () => (await provider()).checkConfig(run, request)), clean);
      },
    ),
    // Neither another URI nor other credentials ever replace what is on the hosts.
    diffConfig: unary((request: rpc.DiffRequest) => {
      const answer = new rpc.DiffResponse();
      const same =
        JSON.stringify(request.getOldInputs()?.toJavaScript()) === JSON.stringify(request.getNews()?.toJavaScript());
      answer.setChanges(same ? rpc.DiffResponse.DiffChanges.DIFF_NONE : rpc.DiffResponse.DiffChanges.DIFF_SOME);
      return answer;
    }),
    configure: running(
      under,
      (q: rpc.ConfigureRequest) => [q.getArgs()],
      async (run, q) => {
        const args = unpacked(decode(q.getArgs()));
        under.keep(args);
        await (await provider()).configure(run, args);
        const answer = new rpc.ConfigureResponse();
        answer.setAcceptsecrets(true);
        answer.setSupportspreview(true);
        answer.setAcceptresources(true);
        answer.setAcceptoutputs(true);
        answer.setSupportsAutonamingConfiguration(true);
        return answer;
      },
    ),
  };
}

/** Properties that were sent; none and an empty set are the same on the wire of some engines. */
const known = (struct: Struct | undefined): Properties | undefined =>
  struct?.getFieldsMap().getLength() ? decode(struct) : undefined;

const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";
async function resourceOf(provider: () => Promise<Provider>, token: string): Promise<Resource> {
  const resource = (await provider()).resource(token);
  if (!resource) throw new Failure("unsupported", `there is no resource ${token} in this provider`);
  return resource;
}

function resources(under: Calls, provider: () => Promise<Provider>) {
  const of = (request: { getUrn(): string }): Promise<Resource> => resourceOf(provider, typeOf(request.getUrn()));
  return {
    check: running(
      under,
      (q: rpc.CheckRequest) => [q.getOlds(), q.getNews()],
      async (run, q, clean) => {
        const news = decode(q.getNews());
        const naming = q.getAutonaming();
        const modes = ["propose", "enforce", "disable"] as const;
        const autonaming: CheckRequest["autonaming"] = naming && {
          mode: modes[naming.getMode()] ?? "propose",
          proposed: naming.getProposedName(),
        };
        const request = {
          urn: q.getUrn(),
          name: q.getName(),
          olds: known(q.getOlds()),
          news,
          randomSeed: q.getRandomseed_asU8(),
          autonaming,
        };
        return checkResponse(await checkedBy(news, async () => (await of(q)).check(run, request)), clean);
      },
    ),
    diff: running(
      under,
      (q: rpc.DiffRequest) => [q.getOldInputs(), q.getNews()],
      async (run, q) => {
        const request = {
          urn: q.getUrn(),
          id: q.getId(),
          oldOutputs: decode(q.getOlds()),
          oldInputs: decode(q.getOldInputs()),
          news: decode(q.getNews()),
          ignoreChanges: q.getIgnorechangesList(),
        };
        return differenceOf(await (await of(q)).diff(run, request));
      },
    ),
    create: running(
      under,
      (q: rpc.CreateRequest) => [q.getProperties()],
      async (run, q) => {
        const request = {
          urn: q.getUrn(),
          name: q.getName(),
          inputs: decode(q.getProperties()),
          preview: q.getPreview(),
        };
        const created = await (await of(q)).create(run, request);
        whole(created.id, created);
        const answer = new rpc.CreateResponse();
        answer.setId(created.id);
        answer.setProperties(encode(created.outputs));
        answer.setRefreshBeforeUpdate(created.refreshBeforeUpdate === true);
        return answer;
      },
    ),
    read: running(
      under,
      (q: rpc.ReadRequest) => [q.getInputs(), q.getProperties()],
      async (run, q) => {
        const [inputs, outputs] = [known(q.getInputs()), known(q.getProperties())];
        // A program's `.get` sends what it says beside the id as a state without inputs.
        const said = inputs ? { inputs, outputs } : { inputs: outputs, outputs: undefined };
        const request = { urn: q.getUrn(), name: q.getName(), id: q.getId(), ...said };
        const got = await (await of(q)).read(run, request);
        const answer = new rpc.ReadResponse();
        if (!got) return answer;
        if (got.reasons?.length) throw new NotAsWanted({ ...got, reasons: got.reasons });
        answer.setId(got.id);
        answer.setInputs(encode(got.inputs));
        answer.setProperties(encode(got.outputs));
        return answer;
      },
    ),
    update: running(
      under,
      (q: rpc.UpdateRequest) => [q.getOlds(), q.getOldInputs(), q.getNews()],
      async (run, q) => {
        const request = {
          urn: q.getUrn(),
          name: q.getName(),
          id: q.getId(),
          oldOutputs: decode(q.getOlds()),
          oldInputs: decode(q.getOldInputs()),
          news: decode(q.getNews()),
          ignoreChanges: q.getIgnorechangesList(),
          preview: q.getPreview(),
        };
        const updated = await (await of(q)).update(run, request);
        whole(q.getId(), updated);
        const answer = new rpc.UpdateResponse();
        answer.setProperties(encode(updated.outputs));
        answer.setRefreshBeforeUpdate(updated.refreshBeforeUpdate === true);
        return answer;
      },
    ),
    delete: running(
      under,
      (q: rpc.DeleteRequest) => [q.getProperties(), q.getOldInputs()],
      async (run, q) => {
        const request = {
          urn: q.getUrn(),
          name: q.getName(),
          id: q.getId(),
          inputs: decode(q.getOldInputs()),
          outputs: decode(q.getProperties()),
        };
        await (await of(q)).delete(run, request);
        return new Empty();
      },
    ),
  };
}
function whole(id: string, { outputs, reasons, refreshBeforeUpdate }: Omit<Created, "id">): void {
  if (!reasons?.length) return;
  throw new NotAsWanted({ id, outputs, reasons, refreshBeforeUpdate: refreshBeforeUpdate === true });
}

/** A check that throws what is wrong with one property tells it as the others are told. */
async function checkedBy(news: Properties, check: () => Promise<Checked>): Promise<Checked> {
  try {
    return await check();
  } catch (thrown) {
    if (!(thrown instanceof Failure) || !thrown.circumstances.property) throw thrown;
    return { inputs: news, failures: [{ property: thrown.circumstances.property, reason: thrown.message }] };
  }
}
function checkResponse({ inputs, failures }: Checked, clean: Call["clean"]): rpc.CheckResponse {
  const answer = new rpc.CheckResponse();
  answer.setInputs(encode(inputs));
  answer.setFailuresList(failures.map((failure) => failureOf(failure, clean)));
  return answer;
}
function failureOf({ property, reason }: CheckFailure, clean: Call["clean"]): rpc.CheckFailure {
  const failure = new rpc.CheckFailure();
  failure.setProperty(propertyPath(property));
  failure.setReason(clean(reason));
  return failure;
}

function functions(under: Calls, provider: () => Promise<Provider>) {
  return {
    invoke: running(
      under,
      (q: rpc.InvokeRequest) => [q.getArgs()],
      async (run, q, clean) => {
        const invocation = (await provider()).invocation(q.getTok());
        if (!invocation) throw new Failure("unsupported", `there is no function ${q.getTok()} in this provider`);
        const { result, failures } = await invocation.invoke(run, decode(q.getArgs()));
        const answer = new rpc.InvokeResponse();
        answer.setReturn(encode(result));
        answer.setFailuresList(failures.map((failure) => failureOf(failure, clean)));
        return answer;
      },
    ),
    list: (call: ServerWritableStream<rpc.ListRequest, rpc.ListResponse>) => {
      const { run, clean, abort, end } = under.begin("", 0, () => readable(call.request.getQuery()));
      call.on("cancelled", abort);
      resourceOf(provider, call.request.getToken())
        .then((resource) => listInto(call, run, resource))
        .then(
          () => call.end(),
          (thrown) => call.emit("error", statusOf(thrown, clean)),
        )
        .finally(end);
    },
  };
}

const unimplemented = (...names: string[]) =>
  Object.fromEntries(
    names.map((name) => [
      name,
      (_call: unknown, callback: sendUnaryData<unknown>) =>
        callback({ code: status.UNIMPLEMENTED, details: `${name} is not part of this provider` }),
    ]),
  );
