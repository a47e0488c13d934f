/** From a byte stream to a connection that is ready for calls: authentication, features, and the driver that is opened. */
import type { Duplex } from "node:stream";
import { asFailure, Failure } from "../failure";
import type { CallLimits } from "./calls";
import { type Connection, connection, type Listener } from "./connection";

/** Numbers of libvirt's features (VIR_DRV_FEATURE_*). */
const FEATURE = { keepalive: 10, networkUpdateOrder: 16 } as const;
const AUTH = { none: 0, sasl: 1, polkit: 2 } as const;

/** A peer is asked after 4 s of silence and given up after three questions: dead peers are known within 16 s. */
const KEEPALIVE = { interval: 4000, patience: 3 };

export interface OpenOptions extends CallLimits {
  /** What the daemon is to open, in its own words: `qemu:///system`. */
  readonly uri: string;
  /**
   * Whether both sides ask each other whether they live. Not where bytes stream: a consumer may take its time,
   * and the daemon reads nothing while it is at its limit.
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
    if (keepalive && (await opened.call("connectSupportsFeature", { feature: FEATURE.keepalive }, limits)).supported)
      opened.watch(KEEPALIVE);
    await opened.call("connectOpen", { name: uri }, limits);
    return inOrder(opened, limits);
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

/** Daemons without that feature take `command` and `section` of a network update swapped. */
function inOrder(opened: Connection, limits: CallLimits): Connection {
  let swapped: Promise<boolean> | undefined;
  const isSwapped = () =>
    opened.call("connectSupportsFeature", { feature: FEATURE.networkUpdateOrder }, limits).then(
      ({ supported }) => !supported,
      () => true,
    );
  const call: Connection["call"] = async (name, args, callLimits) => {
    if (name !== "networkUpdate") return opened.call(name, args, callLimits);
    swapped ??= isSwapped();
    const update = args as { command: number; section: number };
    const { command, section } = update;
    return opened.call(name, (await swapped) ? { ...args, command: section, section: command } : args, callLimits);
  };
  return Object.create(opened, { call: { value: call } }) as Connection;
}
