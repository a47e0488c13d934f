/** The bytes beneath a login: straight to the host, through other hosts, or through a command. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import { Failure } from "../../failure";
import type { Limits } from "../session";
import { channel } from "./channel";
import { childStream } from "./childStream";
import type { Destination } from "./destination";
import { dialled } from "./gather";
import type { Prepared } from "./prepare";

/** A byte stream to a host, and what to end when it is not needed any more. */
export interface Reached {
  readonly stream: Duplex;
  readonly leave: () => void;
  /** What a command said, once it has ended. */
  readonly said?: Promise<string>;
}

/** `enter` logs in to a hop over what reaches it. */
export async function reach(
  { to, hops }: Prepared,
  enter: (hop: Prepared, over: Reached) => Promise<Client>,
  limits: Limits,
): Promise<Reached> {
  const { host, port } = to.settings.meaning;
  let reached: Reached | undefined;
  for (const [at, hop] of hops.entries()) {
    const over = reached ?? (await reach(hop, enter, limits));
    const client = await enter(hop, over);
    const next = hops[at + 1]?.to.settings.meaning ?? { host, port };
    reached = await through(client, next.host, next.port, hop.to, limits);
  }
  if (reached) return reached;
  return to.settings.proxyCommand === undefined || to.options.proxyJump !== undefined
    ? straight(host, port)
    : command(to.settings.proxyCommand);
}

function straight(host: string, port: number): Reached {
  const stream = dialled(host, port);
  return { stream, leave: () => stream.destroy() };
}

/** How long a hop may take to reach the next host, in ms. */
const PATIENCE = 30_000;

/** A channel of a hop's session; the session ends with it. */
async function through(
  client: Client,
  host: string,
  port: number,
  { label }: Destination,
  { signal, deadline = Number.POSITIVE_INFINITY }: Limits,
): Promise<Reached> {
  const leave = () => void client.end();
  const wanted = {
    place: `${host} port ${port}, which the jump host ${label} is to reach,`,
    ask: (told: (error: Error | undefined, opened: ClientChannel) => void) =>
      client.forwardOut("127.0.0.1", 0, host, port, told),
    use: (stream: ClientChannel): Reached => ({ stream, leave }),
    refused: (cause: Error) =>
      new Failure("connection", `the jump host ${label} does not reach ${host} port ${port} (${cause.message})`, {
        remedy: "Check that name and port are right as seen from there, and that its sshd has AllowTcpForwarding",
        cause,
      }),
  };
  try {
    return await channel(wanted, { signal, deadline: Math.min(deadline, Date.now() + PATIENCE) });
  } catch (failure) {
    leave();
    throw failure;
  }
}

/** How long a command may take to end when it is told to, in ms. */
const GRACE = 1000;

/** `ProxyCommand`: the user's own words for the user's own shell. A group of its own, so that all that the shell starts ends with it. */
function command(line: string): Reached {
  const child = spawn(process.env["SHELL"] || "/bin/sh", ["-c", `exec ${line}`], { stdio: "pipe", detached: true });
  const said: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  const stream = childStream(child);
  let over = false;
  const ended = new Promise<void>((resolve) =>
    child.once("close", () => {
      over = true;
      resolve();
    }),
  );
  const leave = () => {
    stream.destroy();
    if (over) return;
    signalled(child, "SIGTERM");
    const force = setTimeout(() => signalled(child, "SIGKILL"), GRACE);
    void ended.then(() => clearTimeout(force));
  };
  return {
    stream,
    leave: once(leave),
    // The command's own text stays untold: it may hold a password, and a shell quotes it where it cannot read it.
    said: ended.then(() => {
      const words = Buffer.concat(said).toString().replaceAll(line, "…").trim();
      return `the ProxyCommand said: ${words || "nothing"}`;
    }),
  };
}

function signalled({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}
