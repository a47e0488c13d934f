/** A child process as a byte stream. */
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { Duplex } from "node:stream";

/** What is written is its stdin, what is read its stdout. It may be left before anybody listens for errors: nothing is thrown then. */
export function childStream(child: ChildProcessWithoutNullStreams): Duplex {
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  // The pipes report the child's end even when the stream over them is gone.
  for (const end of [stream, child.stdin, child.stdout]) end.on("error", () => undefined);
  child.once("error", (cause) => stream.destroy(cause));
  return stream;
}
