/** From spawn to the first RPC answered, as the engine starts a provider, beside `node -e 0`; and what it holds when idle. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { credentials } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";

const root = resolve(fileURLToPath(import.meta.url), "../../..");
const runs = 21;
const env = { ...process.env };
delete env.NODE_EXTRA_CA_CERTS;

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const since = (start) => Number(process.hrtime.bigint() - start) / 1e6;

function bare() {
  const start = process.hrtime.bigint();
  return new Promise((done) => spawn("node", ["-e", "0"], { env }).on("exit", () => done(since(start))));
}
async function provider() {
  const start = process.hrtime.bigint();
  const child = spawn(`${root}/bin/pulumi-resource-kvm`, ["127.0.0.1:1"], { env, stdio: ["pipe", "pipe", "inherit"] });
  const port = await new Promise((done) => child.stdout.once("data", (data) => done(Number(data))));
  const client = new services.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  const request = new messages.ProviderHandshakeRequest();
  request.setEngineAddress("127.0.0.1:1");
  await new Promise((done, fail) => client.handshake(request, (error) => (error ? fail(error) : done())));
  const first = since(start);
  // The provider's own check loads everything else: what is held then is what an idle provider holds.
  await new Promise((done, fail) =>
    client.checkConfig(new messages.CheckRequest(), (error) => (error ? fail(error) : done())),
  );
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
  client.close();
  const ended = new Promise((done) => child.on("exit", done));
  child.stdin.end();
  await ended;
  return { first, megabytes: Number(kilobytes) / 1024 };
}

// The client's own library is compiled by the first use; that is no part of the provider's time.
await provider();
const [bares, firsts, sizes] = [[], [], []];
for (let i = 0; i < runs; i++) {
  bares.push(await bare());
  const { first, megabytes } = await provider();
  firsts.push(first);
  sizes.push(megabytes);
}
const [node, first, size] = [bares, firsts, sizes].map(median);
console.log(
  `spawn to first RPC answered: ${first.toFixed(0)} ms against node -e 0: ${node.toFixed(0)} ms: ${(first / node).toFixed(2)}x (at most 3.3x); ` +
    `resident when idle: ${size.toFixed(0)} MB (at most 60 MB)`,
);
