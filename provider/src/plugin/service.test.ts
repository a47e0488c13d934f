/** The protocol over a real connection, as the engine speaks it, with a provider that remembers what it was asked. */
import { type AddressInfo, createServer, type Server } from "node:net";
import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Failure } from "../failure";
import { serve } from ".";
import type { Properties, Provider, Resource, Run } from "./resource";

const urn = "urn:pulumi:test::project::kvm:index:Thing::thing";
const none: Properties = { values: {}, secrets: [] };
const refuse = (): never => {
  throw new Failure("refused", "this thing refuses", { object: "thing", host: "alpha" });
};
let given: Run | undefined;

const thing: Resource = {
  check: async (_run, { news }) => ({
    inputs: news,
    failures: [["disks", 0, "odd key"], ["disks"], ["gone"], ["memory"], ["password"]].map((property) => ({
      property,
      reason: "is odd",
    })),
  }),
  diff: async () => ({
    changes: [
      { property: ["disks", 0, "file"], kind: "update" },
      { property: ["disks", 1], kind: "add", replace: true },
    ],
    stables: ["uuid"],
  }),
  create: async (run, { inputs }) => {
    given = run;
    return { id: "1", outputs: inputs, reasons: ["the guest never got an address"] };
  },
  read: async () => undefined,
  update: (run) =>
    new Promise((_, fail) => run.signal.addEventListener("abort", () => fail(new Failure("cancelled", "was stopped")))),
  delete: async (_run, { outputs }) => {
    throw new Failure("refused", `still holds ${String(outputs.values["password"])}`);
  },
  async *list() {
    for (const id of ["a", "b", "c"]) yield { id, name: id, outputs: none };
  },
};
const provider: Provider = {
  checkConfig: async (_run, { news, olds }) => ({
    inputs: { values: { ...news.values, owner: olds?.values["owner"] ?? "minted" }, secrets: news.secrets },
    failures: news.values["uri"] === "bad" ? [{ property: ["uri"], reason: "is no URI" }] : [],
  }),
  configure: async () => refuse(),
  resource: (token) => (token === "kvm:index:Thing" ? thing : undefined),
  invocation: (token) =>
    token === "kvm:index:broken" ? { invoke: () => Promise.reject(new TypeError("x is undefined")) } : undefined,
  close: async () => undefined,
};

let listener: Server;
let client: ResourceProviderClient;
const serving = serve({ version: "1.2.3", schema: async () => "{}", load: async () => provider });
beforeAll(async () => {
  listener = createServer((connection) => serving.take(connection));
  await new Promise<void>((ready) => listener.listen(0, "127.0.0.1", ready));
  client = new ResourceProviderClient(
    `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    credentials.createInsecure(),
  );
});
afterAll(async () => {
  client.close();
  await serving.close();
  listener.close();
});

type Answered<A> = { answer?: A; error?: ServiceError };
const ask = <Q, A>(
  method: (request: Q, callback: (error: ServiceError | null, answer: A) => void) => unknown,
  request: Q,
): Promise<Answered<A>> =>
  new Promise((done) => method.call(client, request, (error, answer) => done(error ? { error } : { answer })));
const properties = (values: object): Struct => Struct.fromJavaScript(values as never);

test("GetPluginInfo tells the version, and a schema of another format is refused", async () => {
  expect(
    (await ask<Empty, { getVersion(): string }>(client.getPluginInfo as never, new Empty())).answer?.getVersion(),
  ).toBe("1.2.3");
  const request = new rpc.GetSchemaRequest();
  request.setVersion(7);
  expect((await ask<rpc.GetSchemaRequest, unknown>(client.getSchema as never, request)).error?.code).toBe(
    status.FAILED_PRECONDITION,
  );
});

test("a failure of a check names its property by Pulumi's path, in its reason alone where the engine could not show the value", async () => {
  const request = new rpc.CheckRequest();
  request.setUrn(urn);
  const password = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "hunter2" };
  request.setNews(properties({ disks: [{ "odd key": 1 }], memory: 0, password }));
  const { answer } = await ask<rpc.CheckRequest, rpc.CheckResponse>(client.check as never, request);
  expect(answer?.getFailuresList().map((f) => [f.getProperty(), f.getReason()])).toEqual([
    ["", 'disks[0]["odd key"] is odd'],
    ["", "disks is odd"],
    ["", "gone is odd"],
    ["memory", "memory is odd"],
    ["", "password is odd"],
  ]);
});

test("a difference keeps the engine's invariants", async () => {
  const request = new rpc.DiffRequest();
  request.setUrn(urn);
  const { answer } = await ask<rpc.DiffRequest, rpc.DiffResponse>(client.diff as never, request);
  expect(answer?.getDiffsList()).toEqual(["disks"]);
  expect(answer?.getReplacesList()).toEqual(["disks"]);
  expect(answer?.getStablesList()).toEqual(["uuid"]);
  expect(answer?.getDetaileddiffMap().get("disks[1]")?.getKind()).toBe(rpc.PropertyDiff.Kind.ADD_REPLACE);
});

test("a partial failure carries id, state and reasons", async () => {
  const request = new rpc.CreateRequest();
  request.setUrn(urn);
  request.setProperties(properties({ kept: "state" }));
  const { error } = await ask<rpc.CreateRequest, rpc.CreateResponse>(client.create as never, request);
  const [bytes] = error?.metadata.get("grpc-status-details-bin") ?? [];
  const [detail] = Status.deserializeBinary(bytes as Buffer).getDetailsList();
  const partial = rpc.ErrorResourceInitFailed.deserializeBinary(detail?.getValue_asU8() ?? new Uint8Array());
  expect([partial.getId(), partial.getReasonsList()]).toEqual(["1", ["the guest never got an address"]]);
  expect(partial.getProperties()?.toJavaScript()).toEqual({ kept: "state" });
});

test("a call has until the time that the program gives it, and all the time where it gives none", async () => {
  const request = new rpc.CreateRequest();
  request.setUrn(urn);
  const before = Date.now();
  request.setTimeout(90);
  await ask<rpc.CreateRequest, unknown>(client.create as never, request);
  expect(given?.deadline).toBeGreaterThanOrEqual(before + 90_000);
  expect(given?.deadline).toBeLessThanOrEqual(Date.now() + 90_000);
  request.setTimeout(0);
  await ask<rpc.CreateRequest, unknown>(client.create as never, request);
  expect(given?.deadline).toBeUndefined();
});

test("CheckConfig gives the inputs to keep, and its failures on their properties", async () => {
  const checked = async (news: object, olds?: object): Promise<rpc.CheckResponse | undefined> => {
    const request = new rpc.CheckRequest();
    request.setUrn("urn:pulumi:test::project::pulumi:providers:kvm::default");
    request.setNews(properties(news));
    if (olds) request.setOlds(properties(olds));
    return (await ask<rpc.CheckRequest, rpc.CheckResponse>(client.checkConfig as never, request)).answer;
  };
  const good = await checked({ uri: "qemu:///system" });
  expect(good?.getInputs()?.toJavaScript()).toEqual({ uri: "qemu:///system", owner: "minted" });
  expect((await checked({}, { owner: "of the first run" }))?.getInputs()?.toJavaScript()).toEqual({
    owner: "of the first run",
  });
  const bad = await checked({ uri: "bad" });
  expect(bad?.getFailuresList().map((f) => [f.getProperty(), f.getReason()])).toEqual([["uri", "uri is no URI"]]);
});

test("DiffConfig sees another URI and never replaces anything for it", async () => {
  const compared = async (news: string): Promise<rpc.DiffResponse | undefined> => {
    const request = new rpc.DiffRequest();
    request.setOldInputs(properties({ uri: "qemu+ssh://alpha/system" }));
    request.setNews(properties({ uri: news }));
    return (await ask<rpc.DiffRequest, rpc.DiffResponse>(client.diffConfig as never, request)).answer;
  };
  const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
  expect((await compared("qemu+ssh://alpha/system"))?.getChanges()).toBe(DIFF_NONE);
  const other = await compared("qemu+ssh://beta/system");
  expect([other?.getChanges(), other?.getReplacesList()]).toEqual([DIFF_SOME, []]);
});

test("what is gone is told by an empty id", async () => {
  const request = new rpc.ReadRequest();
  request.setUrn(urn);
  request.setId("1");
  const { answer } = await ask<rpc.ReadRequest, rpc.ReadResponse>(client.read as never, request);
  expect([answer?.getId(), answer?.hasProperties()]).toEqual(["", false]);
});

test("no refusal is one after which the engine would distrust its state", async () => {
  const { error } = await ask<rpc.ConfigureRequest, unknown>(client.configure as never, new rpc.ConfigureRequest());
  expect(error?.code).toBe(status.FAILED_PRECONDITION);
  expect(error?.details).toBe("thing on host alpha: this thing refuses");
});

test("what this provider never should have done is told as its own defect, and the state is distrusted", async () => {
  const request = new rpc.InvokeRequest();
  request.setTok("kvm:index:broken");
  const { error } = await ask<rpc.InvokeRequest, unknown>(client.invoke as never, request);
  expect(error?.code).toBe(status.INTERNAL);
  expect(error?.details).toMatch(/a defect in this provider: x is undefined\. Please report it/);
});

test("a secret of the request is in no message", async () => {
  const request = new rpc.DeleteRequest();
  request.setUrn(urn);
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "hunter2-is-secret" };
  request.setProperties(properties({ password: secret }));
  const { error } = await ask<rpc.DeleteRequest, unknown>(client.delete as never, request);
  expect(error?.details).toBe("still holds [secret]");
});

test("List gives all of them, or as many as were asked for", async () => {
  const listed = (limit: number): Promise<string[]> => {
    const request = new rpc.ListRequest();
    request.setToken("kvm:index:Thing");
    request.setLimit(limit);
    const ids: string[] = [];
    return new Promise((done, fail) =>
      client
        .list(request)
        .on("data", (answer: rpc.ListResponse) => ids.push(answer.getResult()?.getId() ?? ""))
        .on("error", fail)
        .on("end", () => done(ids)),
    );
  };
  expect(await listed(0)).toEqual(["a", "b", "c"]);
  expect(await listed(2)).toEqual(["a", "b"]);
});

test("Cancel is answered at once and ends what is under way", async () => {
  const request = new rpc.UpdateRequest();
  request.setUrn(urn);
  const update = ask<rpc.UpdateRequest, unknown>(client.update as never, request);
  // Requests of one connection are begun in their order, so the update is under way when this one is.
  await ask<Empty, Empty>(client.cancel as never, new Empty());
  expect((await update).error?.code).toBe(status.CANCELLED);
});

test("a method that this provider has no use for says so", async () => {
  const { error } = await ask<rpc.ConstructRequest, unknown>(client.construct as never, new rpc.ConstructRequest());
  expect(error?.code).toBe(status.UNIMPLEMENTED);
});
