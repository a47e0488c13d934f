/** The client that is built in (ssh2): one session whose channels reach sockets and run commands. */
import { connect } from "node:net";
import { userInfo } from "node:os";
import type { Duplex } from "node:stream";
import type { Client, ConnectConfig, ServerHostKeyAlgorithm } from "ssh2";
import { Failure } from "../../failure";
import type { Limits } from "../session";
import type { Address } from "../uri";
import { execute, start } from "./execute";
import { gathered } from "./gather";
import { hostKeys } from "./hostKey";
import { type Identity, identities } from "./identities";
import type { Login } from "./login";
import type { SshOptions } from "./options";

/** How long the host may take to let us in, in ms. */
const HANDSHAKE = 30_000;
/** A peer that is silent for 12 s is gone. */
const KEEPALIVE = { keepaliveInterval: 4000, keepaliveCountMax: 3 };
/** What ssh2 knows; asking for another algorithm would be an error. */
const HOST_KEY_ALGORITHMS: readonly ServerHostKeyAlgorithm[] = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
  "ssh-rsa",
];

export async function builtin(address: Address, options: SshOptions, limits: Limits): Promise<Login> {
  // Its own chunk: a provider that only answers questions never loads it.
  const { Client, utils } = (await import("ssh2")).default;
  const port = address.port ?? 22;
  const username = options.user ?? address.user ?? userInfo().username;
  const keys = await hostKeys(address, port, options);
  const offers = await identities(username, address.parameters.keyfile, options, utils.parseKey);
  if (offers.length === 0) throw nothingToOffer(username);
  let objection: Failure | undefined;
  const wanted = HOST_KEY_ALGORITHMS.filter((known) => keys.algorithms?.includes(known));
  const config: ConnectConfig = {
    ...KEEPALIVE,
    sock: gathered(connect({ host: address.host, port, noDelay: true })),
    username,
    readyTimeout: Math.min(
      HANDSHAKE,
      limits.deadline === undefined ? HANDSHAKE : Math.max(limits.deadline - Date.now(), 1),
    ),
    authHandler: offers.map(({ method }) => method),
    algorithms: {
      // Authenticated encryption in one pass: several times as fast as what ssh2 would pick.
      cipher: { prepend: ["aes128-gcm@openssh.com"], append: [], remove: [] },
      ...(wanted.length > 0 ? { serverHostKey: wanted } : {}),
    },
    hostVerifier: (key: Buffer, verified: (right: boolean) => void) => {
      keys.objection(key).then(
        (found) => {
          objection = found;
          verified(!found);
        },
        (failure: Failure) => {
          objection = failure;
          verified(false);
        },
      );
    },
  };
  const client = await connected(
    new Client(),
    config,
    limits,
    (error) => objection ?? explain(error, address, port, username, offers),
  );
  return login(client, username);
}

/** Resolves when the host let us in. `explain` turns ssh2's error into ours. */
function connected(
  client: Client,
  config: ConnectConfig,
  { signal }: Limits,
  explained: (error: Error) => Failure,
): Promise<Client> {
  return new Promise((resolve, reject) => {
    const stop = (failure: Failure) => {
      signal?.removeEventListener("abort", aborted);
      client
        .removeAllListeners("ready")
        .on("error", () => undefined)
        .destroy();
      reject(failure);
    };
    const aborted = () => stop(new Failure("cancelled", "cancelled while connecting"));
    if (signal?.aborted) return aborted();
    signal?.addEventListener("abort", aborted, { once: true });
    client.on("error", (error: SshError) => {
      // ssh2 goes on to the next way to log in: an agent that is gone, or that will not sign, is not the end.
      if (error.level !== "agent") stop(explained(error));
    });
    client.once("close", () => stop(explained(new Error("the connection was closed during the handshake"))));
    client.once("ready", () => {
      signal?.removeEventListener("abort", aborted);
      client.removeAllListeners("error").removeAllListeners("close");
      resolve(client);
    });
    client.connect(config);
  });
}

type SshError = Error & { level?: string; code?: string };

function explain(
  error: SshError,
  { host }: Address,
  port: number,
  username: string,
  offers: readonly Identity[],
): Failure {
  const place = `${host} port ${port}`;
  if (error.level === "client-authentication")
    return new Failure(
      "denied",
      `${place} refused user ${username}; offered were ${offers.map(({ label }) => label).join(", ")}`,
      {
        remedy: `Add the public key to ~${username}/.ssh/authorized_keys on the host, or name another key with \`keyfile=\` in the URI`,
        cause: error,
      },
    );
  if (error.level === "client-timeout")
    return new Failure("connection", `${place} did not answer in time`, {
      remedy: "Check that the host is up and its sshd listens there",
      cause: error,
    });
  if (error.level === "handshake" || /no matching|handshake failed/i.test(error.message))
    return new Failure("unsupported", `${place} and this client know no common way to talk (${error.message})`, {
      remedy: "Renew the host's sshd, or allow current algorithms in its sshd_config",
      cause: error,
    });
  return new Failure("connection", `${place} cannot be reached over ssh (${error.message || error.code})`, {
    remedy: "Check the host's name and port, that it is up and that its sshd listens there",
    cause: error,
  });
}

const nothingToOffer = (username: string): Failure =>
  new Failure("denied", `there is no key to log in with as ${username}: no ssh agent, no usable key in ~/.ssh`, {
    remedy: "Name a private key with `keyfile=` in the URI, or load one into the ssh agent",
  });

function login(client: Client, username: string): Login {
  let alive = true;
  const gone = () => {
    alive = false;
  };
  client.on("error", gone).on("close", gone).on("end", gone);
  return {
    get alive() {
      return alive;
    },
    username,
    forward: (path) => forwarded(client, path),
    start: (command) => start(client, command),
    run: (command, options = {}) => execute(client, command, options),
    close: () => {
      alive = false;
      client.end();
    },
  };
}

function forwarded(client: Client, path: string): Promise<Duplex | Error> {
  return new Promise((resolve) => {
    try {
      client.openssh_forwardOutStreamLocal(path, (error, channel) => resolve(error ?? channel));
    } catch (error) {
      resolve(error as Error); // ssh2 throws when the session is gone.
    }
  });
}
