/** The streams that are open on a connection, by the serial number of the call that opened each. */
import { Failure } from "../failure";
import { refusal, remoteError } from "./errors";
import { type Header, STATUS, TYPE } from "./frame";
import { type ProcedureName, procedure } from "./procedures";
import { reader } from "./xdr";

/** What takes the messages of one stream. */
export interface StreamEnd {
  data(part: Buffer, last: boolean): void;
  hole(body: Buffer): void;
  /** The daemon's last word: all is well, or what went wrong. */
  done(failure: Failure | undefined): void;
}

/** `called` tells whether a call of that number was ever made. */
export function streamTable(called: (serial: number) => boolean) {
  const streams = new Map<number, { readonly name: ProcedureName; readonly end: StreamEnd }>();

  /** One that has ended is not an error: messages may have been on their way. */
  const streamOf = ({ serial }: Header) => {
    if (called(serial)) return streams.get(serial);
    throw new Failure("protocol", `the daemon sent data of stream ${serial}, which was never opened`);
  };

  return {
    /** Whether the daemon may be busy with what we send, and read nothing else. */
    get uploading() {
      return [...streams.values()].some(({ name }) => procedure(name).stream === "up");
    },
    open: (serial: number, name: ProcedureName, end: StreamEnd) => void streams.set(serial, { name, end }),
    forget: (serial: number) => void streams.delete(serial),
    data: (header: Header, part: Buffer, last: boolean) => streamOf(header)?.end.data(part, last),
    /** A hole, or the last word. */
    message(header: Header, body: Buffer): void {
      const stream = streamOf(header);
      if (!stream) return;
      if (header.type === TYPE.streamHole) {
        stream.end.hole(body);
        return;
      }
      const refused = header.status === STATUS.ok ? undefined : refusal(stream.name, remoteError.read(reader(body)));
      streams.delete(header.serial);
      stream.end.done(refused);
    },
    fail(why: Failure): void {
      for (const { end } of streams.values()) end.done(why);
      streams.clear();
    },
  };
}
