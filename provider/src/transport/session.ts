/** A way to a host that is open. */
import type { Duplex } from "node:stream";

/** What ends an attempt early. */
export interface Limits {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds since the epoch. */
  readonly deadline?: number | undefined;
}

export interface Ran {
  /** -1 when a signal ended it. */
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface RunOptions extends Limits {
  readonly input?: AsyncIterable<Uint8Array> | Uint8Array;
  readonly onOutput?: (chunk: Buffer) => void;
}

export type Command = readonly [string, ...string[]];

export interface Session {
  readonly alive: boolean;
  /** A new byte stream to the daemon. */
  open(limits?: Limits): Promise<Duplex>;
  /**
   * A new byte stream to the daemon of another driver. Undefined where the one that was reached is not of one driver alone, where the other
   * does not run, and before anything was opened.
   */
  readonly beside?: (driver: string, limits?: Limits) => Promise<Duplex | undefined>;
  /** Runs a command on the host, where the way there allows it; no shell reads the words. */
  readonly run?: (command: Command, options?: RunOptions) => Promise<Ran>;
  close(): void;
}
