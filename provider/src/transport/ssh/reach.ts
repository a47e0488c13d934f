/** The bytes beneath a login: straight to the host, through other hosts, or through a command. */
import { spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { Failure } from "../../failure";
import type { Limits } from "../session";
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
    reached = await through(client, next.host, next.port, hop.to);
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

/** A channel of a hop's session; the session ends with it. */
function through(client: Client, host: string, port: number, { label }: Destination): Promise<Reached> {
  return new Promise((resolve, reject) =>
    client.forwardOut("127.0.0.1", 0, host, port, (error, stream) => {
      if (!error) return resolve({ stream, leave: () => client.end() });
      client.end();
      reject(
        new Failure("connection", `the jump host ${label} does not reach ${host} port ${port} (${error.message})`, {
          remedy: "Check that name and port are right as seen from there, and that its sshd has AllowTcpForwarding",
          cause: error,
        }),
      );
    }),
  );
}

/** `ProxyCommand`: the user's own words for the user's own shell. */
function command(line: string): Reached {
  const child = spawn(process.env["SHELL"] || "/bin/sh", ["-c", `exec ${line}`], { stdio: "pipe" });
  const said: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  const stream = childStream(child);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    stream,
    leave: () => {
      stream.destroy();
      child.kill();
    },
    said: ended.then(() => `ProxyCommand \`${line}\` said: ${Buffer.concat(said).toString().trim() || "nothing"}`),
  };
}
