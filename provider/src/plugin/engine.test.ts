/** What the engine gets besides answers: lines, live text, and no secret in any of it. */
import { type AddressInfo, createServer, type Server as Listener } from "node:net";
import { credentials, Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Failure } from "../failure";
import { unknown } from "../unknown";
import { serve } from ".";
import type { Properties, Provider, ReadRequest, Resource } from "./resource";

const urn = "urn:pulumi:test::project::kvm:index:Thing::thing";
const none: Properties = { values: {}, secrets: [] };
const password = "hunter2-is-secret";
const longer = `${password}-and-longer`;
let asked: ReadRequest | undefined;
let configured: Properties | undefined;

const thing: Resource = {
  check: async (run, { news }) => {
    if (news.values["thrown"] === true) throw new Failure("invalid", "is odd", { property: ["disks", 0] });
    for (let i = 0; i < 50; i++) run.log.status(`step ${i}`);
    run.log.warn(`the network is not there yet, says ${password}`);
    return { inputs: news, failures: [{ property: ["name"], reason: `must not be ${longer} or ${password}` }] };
  },
  diff: async () => ({ changes: [], stables: [] }),
  create: async () => ({ id: "1", outputs: none, reasons: [`the guest refused ${password}`] }),
  read: async (_run, request) => {
    asked = request;
    return undefined;
  },
  update: async () => ({ outputs: none }),
  delete: async () => undefined,
  async *list() {
    for (const id of ["a", "b", "c", "d", "e"]) yield { id, name: id, outputs: none };
  },
};
const provider: Provider = {
  checkConfig: async (_run, { news }) => ({ inputs: news, failures: [] }),
  configure: async (_run, args) => {
    configured = args;
  },
  resource: () => thing,
  invocation: () => undefined,
  close: async () => undefined,
};

/** An engine as far as a provider sees it: it writes down there what it is told. */
function engineTold(lines: LogRequest[]): Server {
  const server = new Server();
  server.addService(EngineService, {
    log: (call: ServerUnaryCall<LogRequest, Empty>, callback: sendUnaryData<Empty>) => {
      lines.push(call.request);
      callback(null, new Empty());
    },
  });
  return server;
}
const listening = (server: Server): Promise<string> =>
  new Promise((done, fail) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? fail(error) : done(`127.0.0.1:${port}`),
    ),
  );
const said: LogRequest[] = [];
const engine = engineTold(said);
const serving = serve({ version: "1.2.3", schema: async () => "{}", load: async () => provider });
let listener: Listener;
let client: ResourceProviderClient;
beforeAll(async () => {
  const address = await listening(engine);
  listener = createServer((connection) => serving.take(connection));
  await new Promise<void>((ready) => listener.listen(0, "127.0.0.1", ready));
  const { port } = listener.address() as AddressInfo;
  client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  const handshake = new rpc.ProviderHandshakeRequest();
  handshake.setEngineAddress(address);
  await new Promise<void>((done, fail) => client.handshake(handshake, (error) => (error ? fail(error) : done())));
});
afterAll(async () => {
  client.close();
  await serving.close();
  listener.close();
  engine.forceShutdown();
});
beforeEach(() => void said.splice(0));

const signature = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown): object => ({ [signature]: "1b47061264138c4ac30d75fd1eb44270", value });
const struct = (values: object): Struct => Struct.fromJavaScript(values as never);
const check = (news: object): Promise<rpc.CheckResponse> => {
  const request = new rpc.CheckRequest();
  request.setUrn(urn);
  request.setNews(struct(news));
  return new Promise((done, fail) => client.check(request, (error, answer) => (error ? fail(error) : done(answer))));
};

test("a warning has arrived when its call is answered; live text is thinned out and cleared at the end", async () => {
  await check({});
  const lines = said.map((line) => [line.getSeverity(), line.getEphemeral(), line.getMessage()]);
  expect(lines).toContainEqual([
    LogSeverity.WARNING,
    false,
    expect.stringMatching(/^the network is not there yet/) as string,
  ]);
  const live = lines.filter(([, ephemeral]) => ephemeral).map(([, , text]) => text);
  expect(live).toEqual(["step 0", ""]);
  expect(new Set(said.map((line) => line.getUrn()))).toEqual(new Set([urn]));
});

test("secrets of the request are in no line and in no failure of a check, the longer one as a whole", async () => {
  const answer = await check({ short: secret(password), nested: secret({ long: longer }) });
  expect(answer.getFailuresList().map((failure) => failure.getReason())).toEqual([
    "name must not be [secret] or [secret]",
  ]);
  expect(said.map((line) => line.getMessage()).join("\n")).toContain("says [secret]");
});

test("what a check throws about one property is a failure that names that property", async () => {
  const answer = await check({ thrown: true });
  expect(answer.getFailuresList().map((failure) => [failure.getProperty(), failure.getReason()])).toEqual([
    ["", "disks[0] is odd"],
  ]);
});

test("an archive is refused by name, not taken for an object", async () => {
  await expect(check({ source: { file: { [signature]: "0def7320c3a5731c473e5ecbe6d01bc7" } } })).rejects.toThrow(
    /source\.file: an archive stands where none can be used/,
  );
});

test("the reasons of a partial failure hold no secret, neither in the message nor in the detail", async () => {
  const request = new rpc.CreateRequest();
  request.setUrn(urn);
  request.setProperties(struct({ password: secret(password) }));
  const error = await new Promise<{ details: string; metadata: { get(key: string): unknown[] } }>((done) =>
    client.create(request, (thrown) => done(thrown as never)),
  );
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  const [detail] = Status.deserializeBinary(bytes as Buffer).getDetailsList();
  const partial = rpc.ErrorResourceInitFailed.deserializeBinary(detail?.getValue_asU8() ?? new Uint8Array());
  expect(partial.getReasonsList()).toEqual(["the guest refused [secret]"]);
  expect(error.details).toBe("the guest refused [secret]");
});

test("configuration as JSON text is read, unknowns and secrets in it too, and its secrets stay untold", async () => {
  const hosts = {
    alpha: { uri: "qemu+ssh://a/system", key: secret(password) },
    beta: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  };
  const request = new rpc.ConfigureRequest();
  request.setArgs(struct({ hosts: JSON.stringify(hosts), uri: "plain", readonly: "true" }));
  await new Promise<void>((done, fail) => client.configure(request, (error) => (error ? fail(error) : done())));
  expect(configured).toEqual({
    values: {
      hosts: { alpha: { uri: "qemu+ssh://a/system", key: password }, beta: unknown },
      uri: "plain",
      readonly: true,
    },
    secrets: [["hosts", "alpha", "key"]],
  });
  await check({});
  expect(said.map((line) => line.getMessage()).join("\n")).not.toContain(password);
});

test.each([true, false])("what a program says beside the id in `.get` comes as inputs (as both: %s)", async (both) => {
  const request = new rpc.ReadRequest();
  request.setUrn(urn);
  request.setId("1");
  request.setProperties(struct({ host: "alpha" }));
  if (both) request.setInputs(struct({ host: "alpha" }));
  await new Promise<void>((done, fail) => client.read(request, (error) => (error ? fail(error) : done())));
  expect([asked?.inputs?.values, asked?.outputs]).toEqual([{ host: "alpha" }, undefined]);
});

test("List goes on page by page up to the limit, and says so when a query is not known yet", async () => {
  const listed = (pageSize: number, limit: number, token: string, query = {}) => {
    const request = new rpc.ListRequest();
    request.setToken("kvm:index:Thing");
    request.setPageSize(pageSize);
    request.setLimit(limit);
    request.setContinuationToken(token);
    request.setQuery(struct(query));
    const got = { ids: [] as string[], next: "", computed: false };
    return new Promise<typeof got>((done, fail) =>
      client
        .list(request)
        .on("data", (answer: rpc.ListResponse) => {
          const result = answer.getResult();
          if (result) got.ids.push(result.getId());
          got.next = answer.getContinuation()?.getContinuationToken() ?? got.next;
          got.computed ||= answer.hasComputed();
        })
        .on("error", fail)
        .on("end", () => done(got)),
    );
  };
  expect(await listed(2, 0, "")).toEqual({ ids: ["a", "b"], next: "2", computed: false });
  expect(await listed(2, 0, "2")).toEqual({ ids: ["c", "d"], next: "4", computed: false });
  expect(await listed(2, 0, "4")).toEqual({ ids: ["e"], next: "", computed: false });
  expect(await listed(2, 3, "2")).toEqual({ ids: ["c"], next: "", computed: false });
  expect(await listed(0, 0, "", { pool: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" })).toEqual({
    ids: [],
    next: "",
    computed: true,
  });
});

test("whoever attaches later is told from then on, and the first engine no more", async () => {
  const heard: LogRequest[] = [];
  const second = engineTold(heard);
  const attach = async (address: string): Promise<void> => {
    const request = new PluginAttach();
    request.setAddress(address);
    await new Promise<void>((done, fail) => client.attach(request, (error) => (error ? fail(error) : done())));
  };
  await attach(await listening(second));
  await check({});
  expect(heard.map((line) => line.getMessage())).toContainEqual(expect.stringMatching(/^the network is not there yet/));
  expect(said).toEqual([]);
  await attach("");
  await check({});
  second.forceShutdown();
});
