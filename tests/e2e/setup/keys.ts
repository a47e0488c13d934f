/**
 * Keeps the key of the tests' stacks as a Vault would. From a passphrase the engine derives its key anew in each command,
 * by a million rounds: half of the processor time of a short one.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What `pulumi stack init --secrets-provider` is told. */
export const secretsProvider = "hashivault://tests";

let server: Server;

/** Vault's transit engine, as far as Pulumi asks it: https://developer.hashicorp.com/vault/api-docs/secret/transit. Gives its environment. */
export async function serveKeys(): Promise<NodeJS.ProcessEnv> {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { plaintext, ciphertext } = JSON.parse(body) as { plaintext?: string; ciphertext?: string };
    const data =
      ciphertext === undefined
        ? { ciphertext: `vault:v1:${plaintext}` }
        : { plaintext: ciphertext.replace(/^.*:/, "") };
    response.setHeader("content-type", "application/json").end(JSON.stringify({ data }));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return { VAULT_SERVER_URL: `http://127.0.0.1:${port}`, VAULT_SERVER_TOKEN: "tests" };
}

export const endKeys = (): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
