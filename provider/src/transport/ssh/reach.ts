/** The bytes beneath a login: straight to the host, through other hosts, or through a command. */
import type { Duplex } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import { Failure } from "../../failure";
import type { Limits } from "../session";
import { channel } from "./channel";
import { childStream } from "./childStream";
import type { Destination } from "./destination";
import { discreet } from "./discreet";
import { dialled } from "./gather";
import type { Prepared } from "./prepare";
import { endGroup, shell } from "./shell";

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

/** `ProxyCommand`. */
function command(line: string): Reached {
  const child = shell(`exec ${line}`);
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
    if (!over) endGroup(child, ended);
  };
  return {
    stream,
    leave: once(leave),
    said: ended.then(
      () => `the ProxyCommand said: ${discreet(Buffer.concat(said).toString(), [line]).trim() || "nothing"}`,
    ),
  };
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}
