/** What both directions of libvirt's streams share. */
import type { Failure } from "../failure";
import type { Wire } from "./connection";
import { remoteErrorOf } from "./errors";
import { type Header, STATUS, TYPE } from "./frame";

/** Data, or a hole of that many bytes. */
export type Piece = Uint8Array | { readonly hole: number };

/**
 * How much may be on its way before the source must wait, and how much of it must be gone before it goes on.
 * The window of an ssh channel holds twice that again; more here would only be memory.
 */
export const AHEAD = { most: 1024 * 1024, least: 512 * 1024 };

/** How long the daemon may take to give a stream up, in ms, before its connection is ended instead. */
const PATIENCE = 2000;

/** Something that comes to an end once, well or not; one waits for it at a time, for a wait must leave nothing behind. */
export interface Ending {
  readonly reached: boolean;
  settle(failure?: Failure): void;
  /** Waits for the end itself. */
  wait(): Promise<void>;
  /** Waits for `work`, unless the end comes first: that fails it, with `early` where all is well. */
  orBefore<T>(work: Promise<T>, early: () => Failure): Promise<T>;
}

export function ending(): Ending {
  let result: { readonly failure: Failure | undefined } | undefined;
  let hear: (failure: Failure | undefined) => void = () => undefined;
  const listen = (heard: (failure: Failure | undefined) => void) => {
    if (result) heard(result.failure);
    else hear = heard;
  };
  return {
    get reached() {
      return result !== undefined;
    },
    settle: (failure) => {
      if (result) return;
      result = { failure };
      hear(failure);
    },
    wait: () => new Promise((resolve, reject) => listen((failure) => (failure ? reject(failure) : resolve()))),
    orBefore: (work, early) =>
      new Promise((resolve, reject) => {
        listen((failure) => reject(failure ?? early()));
        work.then(resolve, reject);
      }),
  };
}

/** After a refusal there is no stream. A call that was given up may still open one, which only the end of the connection stops. */
export function notOpened(wire: Wire, why: unknown): void {
  if (!remoteErrorOf(why)) wire.end();
}

/**
 * Tells the daemon to give the stream up and waits until it says that it did, as libvirt's own client does:
 * then the connection is as good as new. One that does not answer is at something that only the end of the connection stops.
 * `last` is the daemon's last word on the stream.
 */
export async function abandon(wire: Wire, header: Omit<Header, "type" | "status">, last: Ending): Promise<void> {
  if (last.reached) return;
  wire.send({ ...header, type: TYPE.stream, status: STATUS.error });
  const impatient = setTimeout(() => wire.end(), PATIENCE);
  // Whatever the last word is, the daemon is done with the stream.
  await last.wait().catch(() => undefined);
  clearTimeout(impatient);
}
