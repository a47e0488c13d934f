/** From a byte stream to a connection that is ready for calls: authentication, features, and the driver that is opened. */
import type { Duplex } from "node:stream";
import { asFailure, Failure } from "../failure";
import { type Connection, connection, type Listener } from "./connection";
import { FEATURE } from "./features";
import type { CallLimits } from "./limits";

const AUTH = { none: 0, sasl: 1, polkit: 2 } as const;

export interface OpenOptions extends CallLimits {
  /** What the daemon is to open, in its own words: `qemu:///system`. */
  readonly uri: string;
  /**
   * Whether the daemon asks us, too, whether we live, and leaves us where we do not answer. Not where bytes stream:
   * a consumer may take its time, and nothing is read meanwhile.
   */
  readonly keepalive: boolean;
}

/** Opens the connection; on failure the stream is gone too. */
export async function open(
  stream: Duplex,
  listener: Listener,
  { uri, keepalive, ...limits }: OpenOptions,
): Promise<Connection> {
  const opened = connection(stream, listener);
  try {
    await authenticate(opened, limits);
    // Every daemon answers when it is asked; this makes it ask as well.
    if (keepalive) await opened.supports(FEATURE.keepalive, limits);
    opened.watch();
    await opened.call("connectOpen", { name: uri }, limits);
    return opened;
  } catch (thrown) {
    const failure = asFailure(thrown);
    const beforeAnything =
      failure.code === "lost" ? new Failure("connection", failure.problem, failure.circumstances) : failure;
    opened.end(beforeAnything);
    throw beforeAnything;
  }
}

async function authenticate(opened: Connection, limits: CallLimits): Promise<void> {
  const { types } = await opened.call("authList", {}, limits);
  if (types.length === 0 || types.includes(AUTH.none)) return;
  if (types.includes(AUTH.polkit)) return polkit(opened, limits);
  throw new Failure(
    "denied",
    "the daemon wants a user name and a password (SASL), which this provider does not send yet",
    {
      remedy:
        "Reach the host over ssh (`qemu+ssh://…`), or set `auth_unix_rw`, `auth_tcp` or `auth_tls` in its libvirtd.conf",
    },
  );
}

async function polkit(opened: Connection, limits: CallLimits): Promise<void> {
  try {
    await opened.call("authPolkit", {}, limits);
  } catch (cause) {
    throw new Failure(
      "denied",
      `polkit on the host does not let this user manage virtual machines (${asFailure(cause).problem})`,
      {
        remedy: "Add the user to the host's group `libvirt`, or log in as one who may",
        cause,
      },
    );
  }
}
