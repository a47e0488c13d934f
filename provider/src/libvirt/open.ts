/** From a byte stream to a connection that is ready for calls: authentication, features, and the driver that is opened. */
import type { Duplex } from "node:stream";
import { asFailure, Failure } from "../failure";
import { apart } from "./apart";
import { authenticate, type Who } from "./auth";
import { type Connection, connection, type Listener } from "./connection";
import { ERROR } from "./errorNumbers";
import { remoteErrorOf } from "./errors";
import { FEATURE } from "./features";
import type { CallLimits } from "./limits";

/** A daemon that knows nothing of it is a daemon all the same. */
function unlessRefused(failure: unknown): void {
  if (!remoteErrorOf(failure)) throw failure;
}

/** The daemon is there and has no such driver: waiting for it, or starting it, would not help. */
function unknownDriver(failure: unknown): never {
  if (!(failure instanceof Failure) || remoteErrorOf(failure)?.code !== ERROR.noConnect) throw failure;
  throw new Failure("unsupported", failure.problem, {
    ...failure.circumstances,
    remedy:
      "Correct the word that the URI begins with (`qemu`, `lxc`, …), or install that driver of libvirt on the host",
  });
}

/** virConnectFlags */
const READ_ONLY = 1;

export interface OpenOptions extends CallLimits {
  /** What the daemon is to open, in its own words: `qemu:///system`. */
  readonly uri: string;
  /**
   * Whether the daemon asks us, too, whether we live, and leaves us where we do not answer. Not where bytes stream:
   * a consumer may take its time, and nothing is read meanwhile.
   */
  readonly keepalive: boolean;
  /** Whether the daemon is asked to let us look only. */
  readonly readonly?: boolean | undefined;
  /** Who we are, if the daemon wants to know. */
  readonly who: Who;
}

/** Opens the connection; on failure the stream is gone too. */
export async function open(
  stream: Duplex,
  listener: Listener,
  { uri, keepalive, readonly = false, who, ...limits }: OpenOptions,
): Promise<Connection> {
  const opened = connection(who.address.transport === "tls" ? apart(stream) : stream, listener);
  // Not before it spoke: a daemon that is being started for us may take its time to begin.
  stream.once("data", () => opened.watch());
  try {
    const enter = () =>
      Promise.all([
        // Every daemon answers when it is asked; this makes it ask as well.
        keepalive && opened.call("connectSupportsFeature", { feature: FEATURE.keepalive }, limits).catch(unlessRefused),
        opened.call("connectOpen", { name: uri, flags: readonly ? READ_ONLY : 0 }, limits).catch(unknownDriver),
      ]);
    // All is said at once: where nobody wants to know who we are, that is one round trip. Else it is refused, and said again.
    const entered = enter().then(
      () => undefined,
      (failure: unknown) => ({ failure }),
    );
    await authenticate(opened, { ...who, readonly }, limits);
    if (await entered) await enter();
    return opened;
  } catch (thrown) {
    const failure = asFailure(thrown);
    const beforeAnything =
      failure.code === "lost" ? new Failure("connection", failure.problem, failure.circumstances) : failure;
    opened.end(beforeAnything);
    throw beforeAnything;
  }
}
