/** Makes the chunks' code caches, after a first answer: so they hold the functions that an answer needs, compiled. */

import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";

const out = process.argv[2];
const { chunk, cacheName } = createRequire(import.meta.url)(join(out, "chunk.cjs"));
const scripts = new Map();
const load = (name) => chunk(out, name, (script) => scripts.set(name, script));

const serving = load("plugin").serve({
  version: "0.0.0",
  schema: async () => "{}",
  load: async () => load("provider").load(),
});
const listener = createServer((connection) => serving.take(connection));
await new Promise((ready) => listener.listen(0, "127.0.0.1", ready));
const { port } = listener.address();
const client = new services.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
const handshake = new messages.ProviderHandshakeRequest();
handshake.setEngineAddress(`127.0.0.1:${port}`);
await new Promise((done, fail) => client.handshake(handshake, (error) => (error ? fail(error) : done())));
const keep = (name) => writeFileSync(join(out, cacheName(name)), scripts.get(name).createCachedData());
// What is in it beyond the first answer would only be read for nothing before that.
keep("plugin");
await checkOne();
keep("provider");
await logIn();
keep("client");
process.exit(0);

/** A machine checked and compared, as in each run of the engine. No host is asked. */
async function checkOne() {
  const configure = new messages.ConfigureRequest();
  configure.setArgs(structs.Struct.fromJavaScript({ uri: "qemu:///system", owner: "0".repeat(32) }));
  await new Promise((done, fail) => client.configure(configure, (error) => (error ? fail(error) : done())));
  const urn = "urn:pulumi:test::warm::kvm:index:Domain::machine";
  const check = new messages.CheckRequest();
  check.setUrn(urn);
  check.setName("machine");
  const said = { memory: "1GiB", vcpus: 1, disks: [{ volume: "default/root" }], interfaces: [{ network: "default" }] };
  check.setNews(structs.Struct.fromJavaScript(said));
  const inputs = await new Promise((done, fail) =>
    client.check(check, (error, answer) => (error ? fail(error) : done(answer.getInputs()))),
  );
  const diff = new messages.DiffRequest();
  diff.setUrn(urn);
  diff.setId("0e2e0e2e-0000-4000-8001-000000000000");
  for (const set of ["setOlds", "setOldInputs", "setNews"]) diff[set](inputs);
  await new Promise((done, fail) => client.diff(diff, (error) => (error ? fail(error) : done())));
}

/** A login by key on a server in this process, and its end. */
async function logIn() {
  const { Server, Client, utils } = load("client");
  let key;
  // Of the keys that it makes it cannot read one in 400 itself.
  do key = utils.generateKeyPairSync("ed25519").private;
  while (utils.parseKey(key) instanceof Error);
  const server = new Server({ hostKeys: [key] }, (session) => {
    session.on("error", () => undefined);
    session.on("authentication", (attempt) => (attempt.method === "publickey" ? attempt.accept() : attempt.reject()));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const login = new Client();
  await new Promise((done, fail) => {
    login.on("ready", done).on("error", fail);
    login.connect({ host: "127.0.0.1", port: server.address().port, username: "warm", privateKey: key });
  });
  login.end();
}
