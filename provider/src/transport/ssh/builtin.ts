/** The client that is built in (ssh2): one session whose channels reach sockets and run commands. */
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { AuthenticationType, AuthHandlerMiddleware, Client, ConnectConfig, ServerHostKeyAlgorithm } from "ssh2";
import { asFailure, Failure } from "../../failure";
import type { Limits } from "../session";
import { channel } from "./channel";
import type { Destination } from "./destination";
import { execute, start } from "./execute";
import type { Verdict } from "./hostKey";
import { type Identities, type Identity, tells } from "./identities";
import type { Login } from "./login";
import type { Prepared } from "./prepare";
import { type Reached, reach } from "./reach";

type Ssh2 = Pick<typeof import("ssh2"), "Client">;

/** How long the host may take to let us in, in ms. */
const HANDSHAKE = 30_000;
/** A peer that is silent for 12 s is gone. */
const KEEPALIVE = { interval: 4000, count: 3 };
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

/** Logs in, through the hops if there are any. */
export async function builtin(prepared: Prepared, limits: Limits, { Client }: Ssh2): Promise<Login> {
  const enter = (hop: Prepared, over: Reached) => entered(new Client(), hop, over, limits);
  const over = await reach(prepared, enter, limits);
  return login(await enter(prepared, over), prepared.to.settings.meaning.user);
}

/** Resolves when the host let us in; what lies beneath ends with the session. */
async function entered(client: Client, prepared: Prepared, over: Reached, limits: Limits): Promise<Client> {
  const { to, who, keys } = prepared;
  client.on("error", () => undefined).once("close", over.leave);
  if (who.offers.length === 0) {
    over.leave();
    throw nothingToOffer(prepared);
  }
  let offered = who;
  let objection: Failure | undefined;
  const hostVerifier = (key: Buffer, verified: (right: boolean) => void) => {
    keys
      .verdict(key)
      .catch((thrown): Verdict => ({ objection: asFailure(thrown) }))
      .then(({ objection: wrong, doubt }) => {
        if (doubt) offered = untold(who, doubt);
        objection = wrong ?? (offered.offers.length === 0 ? doubt : undefined);
        verified(!objection);
      });
  };
  const authHandler = inTurn(() => offered.offers);
  const config = { ...configOf(prepared, limits), sock: over.stream as Socket, hostVerifier, authHandler };
  const explained = (error: Error) => (objection ? located(objection, to) : explain(error, prepared, offered));
  try {
    return await connected(client, config, limits, explained);
  } catch (thrown) {
    over.leave();
    const failure = asFailure(thrown);
    throw over.said && failure.code === "connection"
      ? new Failure(failure.code, `${failure.problem}; ${await over.said}`, failure.circumstances)
      : failure;
  }
}

/** What is offered to a host that might be another: nothing that it could use elsewhere. */
function untold(who: Identities, doubt: Failure): Identities {
  const told = who.offers.filter(tells).map(({ label }) => `${label} (${doubt.problem})`);
  return { offers: who.offers.filter((offer) => !tells(offer)), withheld: [...who.withheld, ...told] };
}

/** Offers one after the other. They are known when the host has shown its key, and that is before it asks who we are. */
function inTurn(offers: () => readonly Identity[]): AuthHandlerMiddleware {
  let next = 0;
  return (_left, _partial, offer) => {
    // `false` is ssh2's word for no more, which its types lack.
    offer(offers()[next++]?.method ?? (false as unknown as AuthenticationType));
  };
}

function configOf({ to, keys }: Prepared, { deadline }: Limits): ConnectConfig {
  const wanted = HOST_KEY_ALGORITHMS.filter((known) => keys.algorithms?.includes(known));
  const { connectTimeout, serverAliveInterval, serverAliveCountMax } = to.settings;
  const patience = connectTimeout ? connectTimeout * 1000 : HANDSHAKE;
  return {
    // Who wants to hear of a dead host sooner is told sooner.
    keepaliveInterval: Math.min(KEEPALIVE.interval, (serverAliveInterval || Number.POSITIVE_INFINITY) * 1000),
    keepaliveCountMax: Math.min(KEEPALIVE.count, serverAliveCountMax ?? KEEPALIVE.count),
    username: to.settings.meaning.user,
    readyTimeout: Math.min(patience, deadline === undefined ? patience : Math.max(deadline - Date.now(), 1)),
    algorithms: {
      // Authenticated encryption in one pass: several times as fast as what ssh2 would pick.
      cipher: { prepend: ["aes128-gcm@openssh.com"], append: [], remove: [] },
      ...(wanted.length > 0 ? { serverHostKey: wanted } : {}),
    },
  };
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
      client.removeAllListeners("ready").destroy();
      reject(failure);
    };
    const aborted = () => stop(new Failure("cancelled", "cancelled while connecting"));
    const failed = (error: SshError) => {
      // ssh2 goes on to the next way to log in: an agent that is gone, or that will not sign, is not the end.
      if (error.level !== "agent") stop(explained(error));
    };
    const closed = () => stop(explained(new Error("the connection was closed during the handshake")));
    if (signal?.aborted) return aborted();
    signal?.addEventListener("abort", aborted, { once: true });
    client.on("error", failed).once("end", closed).once("close", closed);
    client.once("ready", () => {
      signal?.removeEventListener("abort", aborted);
      resolve(client.off("error", failed).off("end", closed).off("close", closed));
    });
    client.connect(config);
  });
}

type SshError = Error & { level?: string; code?: string };

function explain(error: SshError, { to }: Prepared, who: Identities): Failure {
  const place = to.label;
  if (error.level === "client-authentication" || /too many authentication/i.test(error.message))
    return new Failure("denied", `${place} refused user ${to.settings.meaning.user}; offered were ${offeredBy(who)}`, {
      remedy: refusedRemedy(to, who, error),
      cause: error,
    });
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

const offeredBy = ({ offers, withheld }: Identities): string =>
  [offers.map(({ label }) => label).join(", "), ...withheld.map((why) => `not offered: ${why}`)].join("; ");

function refusedRemedy({ settings: { meaning } }: Destination, { offers }: Identities, { message }: Error): string {
  if (/too many authentication/i.test(message))
    return "It hears only so many keys (MaxAuthTries): name the right one with `keyfile=` in the URI, or by IdentityFile with IdentitiesOnly";
  if (offers.every(tells))
    return `Check \`ssh.password\`, and that the host's sshd lets ${meaning.user} in by password (PasswordAuthentication, PermitRootLogin)`;
  return `Add the public key to ~${meaning.user}/.ssh/authorized_keys on the host, or name another key with \`keyfile=\` in the URI`;
}

const nothingToOffer = ({ to, who: { withheld } }: Prepared): Failure =>
  new Failure(
    "denied",
    `there is nothing to log in to ${to.label} with as ${to.settings.meaning.user}: ${withheld.join("; ") || "no ssh agent, no usable key in ~/.ssh"}`,
    { remedy: "Name a private key with `keyfile=` in the URI, or load one into the ssh agent" },
  );

/** Which of several hosts it is that shows a wrong key. */
const located = (failure: Failure, { label }: Destination): Failure =>
  new Failure(failure.code, `${label}: ${failure.problem}`, failure.circumstances);

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
    forward: (path, limits = {}) => forwarded(client, path, limits),
    start: (command, limits = {}) => start(client, command, limits),
    run: (command, options = {}) => execute(client, command, options),
    close: () => {
      alive = false;
      client.end();
    },
  };
}

/** A failure where sshd gives none: the next way is for the caller to choose. */
const forwarded = (client: Client, path: string, limits: Limits): Promise<Duplex> =>
  channel(
    {
      place: `the host's sshd, asked for the socket ${path},`,
      ask: (told) => client.openssh_forwardOutStreamLocal(path, told),
      use: (opened) => opened,
      refused: (cause) => new Failure("connection", `the ssh session gave no channel to ${path}`, { cause }),
    },
    limits,
  );
