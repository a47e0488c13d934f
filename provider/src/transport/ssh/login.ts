/** A user who is logged in on a host: what the ways to its daemon are built from. */
import type { Duplex } from "node:stream";
import type { Command, Limits, Ran, RunOptions } from "../session";

/** A command that runs on the host, as a byte stream: what is written is its stdin, what is read its stdout. */
export interface Started {
  readonly stream: Duplex;
  /** What it wrote to stderr, once it has ended; for the error message. */
  readonly ended: Promise<{ readonly code: number; readonly stderr: string }>;
}

export interface Login {
  readonly alive: boolean;
  /** The user's name on the host. */
  readonly username: string;
  /** A channel to a unix socket of the host. Absent where the client cannot. */
  readonly forward?: (path: string, limits?: Limits) => Promise<Duplex>;
  /** Starts a command; no shell reads the words. The failure is `busy` where sshd opens no further session. */
  readonly start: (command: Command, limits?: Limits) => Promise<Started>;
  /** Runs a command to its end; no shell reads the words. */
  readonly run: (command: Command, options?: RunOptions) => Promise<Ran>;
  close(): void;
}
