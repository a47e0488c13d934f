/** Makes the chunks' code caches, after a first answer: so they hold the functions that an answer needs, compiled. */

import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";

const out = process.argv[2];
const { chunk, cacheName } = createRequire(import.meta.url)(join(out, "chunk.cjs"));
const scripts = new Map();
const load = (name) => chunk(out, name, (script) => scripts.set(name, script));

const serving = load("plugin").serve("0.0.0", async () => load("provider").load());
const listener = createServer((connection) => serving.take(connection));
await new Promise((ready) => listener.listen(0, "127.0.0.1", ready));
const { port } = listener.address();
const client = new services.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
const handshake = new messages.ProviderHandshakeRequest();
handshake.setEngineAddress(`127.0.0.1:${port}`);
await new Promise((done, fail) => client.handshake(handshake, (error) => (error ? fail(error) : done())));
// It loads the provider's own chunk.
await new Promise((done) => client.getSchema(new messages.GetSchemaRequest(), done));
for (const [name, script] of scripts) writeFileSync(join(out, cacheName(name)), script.createCachedData());
process.exit(0);
