/** Messages apart from each other, for daemons behind TLS. */
import type { Duplex } from "node:stream";

/**
 * Writes each message by itself. Behind TLS a daemon takes one message and then waits until its socket has more: what came
 * in the same record lies in GnuTLS's buffer by then, and nobody looks there before the next record arrives.
 */
export function apart(stream: Duplex): Duplex {
  const write = stream.write.bind(stream) as (part: Uint8Array, then?: () => void) => boolean;
  /** How much of the message under way is still to come. */
  let left = 0;
  const writeApart = (chunk: Uint8Array, then?: () => void): boolean => {
    const bytes = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
    for (let at = 0; ; ) {
      // A message begins with its length.
      if (left === 0) left = bytes.getUint32(at);
      const end = Math.min(at + left, chunk.length);
      left -= end - at;
      if (end === chunk.length) return write(chunk.subarray(at), then);
      write(chunk.subarray(at, end));
      at = end;
    }
  };
  stream.write = writeApart as typeof stream.write;
  return stream;
}
