/** A connection whose other end is the test itself: bytes in, bytes out, no socket. */
import { Duplex } from "node:stream";
import { type Connection, connection, type Listener } from "../connection";

export interface Line {
  readonly peer: Connection;
  /** What the daemon says. */
  say(bytes: Buffer): void;
}

export function line(listener: Partial<Listener> = {}): Line {
  const stream = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  const peer = connection(stream, { event: () => undefined, ended: () => undefined, ...listener });
  // As a socket that has received something.
  return { peer, say: (bytes) => void stream.emit("data", bytes) };
}
