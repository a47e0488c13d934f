/** What a connection sends: all that is said in one turn of the event loop goes out as one piece. */
import type { Writable } from "node:stream";
import { beginFrame, endFrame, type Header } from "./frame";
import { type Type, type Writer, writer } from "./xdr";

/** A piece begins as large as the one before it became, within these bounds. */
const SMALLEST = 512;
const LARGEST = 64 * 1024;

/** Gives what puts a message on the wire. One that cannot be written throws and leaves no trace. */
export function outbox(stream: Writable) {
  let out: Writer = writer(SMALLEST);
  let flushing = false;

  const flush = () => {
    flushing = false;
    if (stream.destroyed || out.at === 0) return;
    const { bytes, at } = out;
    out = writer(Math.min(Math.max(at, SMALLEST), LARGEST));
    stream.write(bytes.subarray(0, at));
  };

  return <A>(header: Header, type?: Type<unknown, A>, value?: A): void => {
    const start = beginFrame(out, header);
    try {
      type?.write(out, value as A);
      endFrame(out, start);
    } catch (failure) {
      out.at = start;
      throw failure;
    }
    if (flushing) return;
    flushing = true;
    process.nextTick(flush);
  };
}
