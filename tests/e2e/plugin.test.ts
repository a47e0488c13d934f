/** The built executable, started as the engine starts it: port, first answer, and every way to its end. */
import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { lab, virsh } from "../lab/lab";

const bin = resolve(__dirname, "../../bin");

interface Started {
  readonly process: ChildProcess;
  readonly client: ResourceProviderClient;
  readonly ended: Promise<number | null>;
  /** All that it wrote to stdout, and to stderr. */
  written(): string;
  complained(): string;
}
const start = (...flags: string[]): Promise<Started> => startIn(bin, ...flags);
async function startIn(folder: string, ...flags: string[]): Promise<Started> {
  // Nobody listens on port 1: an engine that takes no messages must not hold anything up.
  const child = spawn(join(folder, "pulumi-resource-kvm"), [...flags, "127.0.0.1:1"], {
    stdio: "pipe",
    detached: true,
  });
  const ended = new Promise<number | null>((done) => child.on("close", done));
  let text = "";
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    complaints += chunk;
  });
  const port = await new Promise<number>((done) =>
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("\n")) done(Number(text));
    }),
  );
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  return { process: child, client, ended, written: () => text, complained: () => complaints };
}
const handshake = (client: ResourceProviderClient): Promise<rpc.ProviderHandshakeResponse> => {
  const request = new rpc.ProviderHandshakeRequest();
  request.setEngineAddress("127.0.0.1:1");
  return new Promise((done, fail) =>
    client.handshake(request, (error, answer) => (error ? fail(error) : done(answer))),
  );
};
const schemaOf = (client: ResourceProviderClient): Promise<string> =>
  new Promise((done, fail) =>
    client.getSchema(new rpc.GetSchemaRequest(), (error, answer) => (error ? fail(error) : done(answer.getSchema()))),
  );
const cancel = (client: ResourceProviderClient): Promise<void> =>
  new Promise((done, fail) => client.cancel(new Empty(), (error) => (error ? fail(error) : done())));

test("it writes its port and nothing else, whatever flags the engine gives, and ends as the engine ends it", async () => {
  const { process, client, ended, written } = await start("--logtostderr", "-v=9", "--tracing", "http://127.0.0.1:1");
  const answer = await handshake(client);
  expect([answer.getAcceptSecrets(), answer.getSupportsAutonamingConfiguration()]).toEqual([true, true]);
  await cancel(client);
  process.kill("SIGINT");
  expect(await ended).toBe(0);
  expect(written()).toMatch(/^\d+\n$/);
  client.close();
});

test("who it is and what it offers is answered before the provider is loaded", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kvm-plugin-"));
  try {
    await cp(bin, folder, { recursive: true });
    // Its loading never ends, and takes the only thread with it.
    await writeFile(join(folder, "provider.cjs"), "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);");
    const { process, client, ended } = await startIn(folder);
    expect((await handshake(client)).getAcceptSecrets()).toBe(true);
    expect(await schemaOf(client)).toContain('"kvm:index:Domain"');
    process.kill("SIGKILL");
    await ended;
    client.close();
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("an engine that was killed takes the provider with it", async () => {
  const { process, client, ended } = await start();
  await handshake(client);
  process.stdin?.destroy();
  expect(await ended).toBe(0);
  client.close();
});

test("an engine that hangs up while it ends the provider does not wait for it", async () => {
  for (let i = 0; i < 12; i++) {
    const { process, client, ended, complained } = await start();
    await handshake(client);
    await cancel(client);
    client.close();
    process.kill("SIGINT");
    expect([await ended, complained()]).toEqual([0, ""]);
  }
});

test("what is on a host is listed, but no volume that is under way", async () => {
  const { name: own, uri } = lab().own;
  const underWay = ".image.0123456789ab.part";
  await virsh(own, "vol-create-as", "default", underWay, "1M");
  await virsh(own, "vol-create-as", "default", "e2e-listed", "1M");
  const { process, client, ended } = await start();
  const configuration = new rpc.ConfigureRequest();
  configuration.setArgs(Struct.fromJavaScript({ uri }));
  await new Promise<void>((done, fail) => client.configure(configuration, (error) => (error ? fail(error) : done())));
  const listed = (token: string): Promise<string[]> => {
    const request = new rpc.ListRequest();
    request.setToken(token);
    const ids: string[] = [];
    return new Promise((done, fail) =>
      client
        .list(request)
        .on("data", (answer: rpc.ListResponse) => ids.push(answer.getResult()?.getId() ?? ""))
        .on("error", fail)
        .on("end", () => done(ids)),
    );
  };
  try {
    expect(await listed("kvm:index:Pool")).toContain("default");
    expect(await listed("kvm:index:Network")).toContain("default");
    const volumes = await listed("kvm:index:Volume");
    expect(volumes).toContain("default/e2e-listed");
    expect(volumes).not.toContain(`default/${underWay}`);
    expect(await listed("kvm:index:Domain")).toEqual((await virsh(own, "list", "--all", "--uuid")).match(/\S+/g) ?? []);
  } finally {
    for (const name of [underWay, "e2e-listed"]) await virsh(own, "vol-delete", "--pool", "default", name);
    process.kill("SIGTERM");
    await ended;
    client.close();
  }
});

test("the schema is served, and it is the kvm package's", async () => {
  const { process, client, ended } = await start();
  expect(JSON.parse(await schemaOf(client))).toMatchObject({ name: "kvm", resources: { "kvm:index:Domain": {} } });
  process.kill("SIGTERM");
  expect(await ended).toBe(0);
  client.close();
});
