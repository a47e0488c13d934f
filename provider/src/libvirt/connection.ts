/** One connection to a daemon, from its first byte to its last: it lives once. */
import type { Duplex } from "node:stream";
import { asFailure, Failure } from "../failure";
import { type CallLimits, callTable } from "./calls";
import { type EventName, type EventOf, events } from "./events";
import { beginFrame, endFrame, frameParser, type Header, STATUS, TYPE } from "./frame";
import { type Pulse, pulse } from "./keepalive";
import { type Arguments, PROGRAM, type ProcedureName, procedure, type Results } from "./procedures";
import { reader, type Writer, writer } from "./xdr";

/** How many requests of one client a daemon works on before it stops reading (`max_client_requests`). */
const REQUESTS_AT_ONCE = 5;

/** What takes the messages of one of libvirt's streams. */
export interface StreamEnd {
  data(part: Buffer, last: boolean): void;
  hole(body: Buffer): void;
  /** The daemon's last word: all is well, or what went wrong. */
  done(failure: Failure | undefined, body: Buffer): void;
}

export interface Listener {
  event(event: EventOf<EventName>): void;
  /** Called once, whatever ended the connection; the calls that waited have failed by then. */
  ended(why: Failure): void;
}

/** The parts of a connection that its streams use. */
export interface Wire {
  readonly stream: Duplex;
  /** Makes the call; the messages that its stream brings go to `end`. Gives the stream's serial number with the answer. */
  begin<N extends ProcedureName>(
    name: N,
    args: Arguments<N>,
    end: StreamEnd,
    limits: CallLimits,
  ): { serial: number; answer: Promise<Results<N>> };
  /** Puts a message without a body on the wire, at once. */
  send(header: Header): void;
  /** No more messages of that stream are expected. */
  forget(serial: number): void;
  /** Ends the connection now; calls that wait fail with `lost`. */
  end(why?: Failure): void;
}

export interface Connection extends Wire {
  call<N extends ProcedureName>(name: N, args: Arguments<N>, limits?: CallLimits): Promise<Results<N>>;
  /** Starts asking the daemon whether it lives. It must have agreed (feature 10). */
  watch(settings: { interval: number; patience: number }): void;
  readonly alive: boolean;
}

/** The kind of event by program and procedure. */
const KINDS = new Map(
  Object.entries(events).map(([kind, { program, number }]) => [`${program}/${number}`, kind as EventName]),
);

export function connection(stream: Duplex, listener: Listener): Connection {
  const calls = callTable();
  const streams = new Map<number, StreamEnd>();
  let out: Writer = writer();
  let flushing = false;
  let over: Failure | undefined;
  let heart: Pulse | undefined;

  const end = (why: Failure) => {
    if (over) return;
    over = why;
    heart?.stop();
    stream.destroy();
    calls.fail(why);
    for (const open of streams.values()) open.done(why, NOTHING);
    streams.clear();
    listener.ended(why);
  };

  /** Sends what was said in this turn of the event loop as one piece. */
  const flush = () => {
    flushing = false;
    if (over || out.at === 0) return;
    const { bytes, at } = out;
    out = writer();
    stream.write(bytes.subarray(0, at));
  };
  const put = (header: Header, body?: (to: Writer) => void) => {
    const start = beginFrame(out, header);
    try {
      body?.(out);
      endFrame(out, start);
    } catch (failure) {
      out.at = start;
      throw failure;
    }
    if (flushing) return;
    flushing = true;
    process.nextTick(flush);
  };

  const start = <N extends ProcedureName>(name: N, args: Arguments<N>, limits: CallLimits) => {
    if (over) throw over;
    if (limits.signal?.aborted) throw new Failure("cancelled", "cancelled before the host was asked");
    const declared = procedure(name);
    const serial = calls.next();
    put({ program: declared.program, procedure: declared.number, type: TYPE.call, serial, status: STATUS.ok }, (to) =>
      declared.args.write(to, args),
    );
    return { serial, answer: calls.wait<Results<N>>(serial, declared, limits) };
  };

  const streamMessage = (header: Header, body: Buffer) => {
    const open = streams.get(header.serial);
    if (!open) return;
    if (header.type === TYPE.streamHole) return open.hole(body);
    streams.delete(header.serial);
    open.done(undefined, header.status === STATUS.error ? body : NOTHING);
  };

  const parse = frameParser({
    message: (header, body) => {
      if (header.program === PROGRAM.keepalive) heart?.message(header);
      else if (header.type === TYPE.reply) calls.answer(header, body);
      else if (header.type === TYPE.message) announce(header, body, listener);
      else if (header.type === TYPE.stream || header.type === TYPE.streamHole) streamMessage(header, body);
      else throw new Failure("protocol", `the daemon sent a message of type ${header.type}, which only clients send`);
    },
    data: (header, part, last) => streams.get(header.serial)?.data(part, last),
  });

  stream.on("data", (chunk: Buffer) => {
    if (over) return;
    heart?.heard();
    try {
      parse(chunk);
    } catch (failure) {
      end(asFailure(failure));
    }
  });
  stream.on("error", (cause) => end(new Failure("lost", `the connection broke: ${cause.message}`, { cause })));
  stream.on("end", () => end(new Failure("lost", "the daemon closed the connection")));
  stream.on("close", () => end(new Failure("lost", "the connection was closed")));

  return {
    stream,
    get alive() {
      return !over;
    },
    call: async (name, args, limits = {}) => start(name, args, limits).answer,
    begin: (name, args, open, limits) => {
      const begun = start(name, args, limits);
      streams.set(begun.serial, open);
      return begun;
    },
    send: put,
    forget: (serial) => streams.delete(serial),
    watch: (settings) => {
      heart = pulse(settings, {
        send: put,
        listens: () => calls.size < REQUESTS_AT_ONCE,
        dead: (silence) => end(new Failure("lost", `the daemon did not answer for ${Math.round(silence / 1000)} s`)),
      });
    },
    end: (why = new Failure("lost", "the connection was closed by us")) => end(why),
  };
}

const NOTHING = Buffer.alloc(0);

/** Hands an event on. One of a kind that nobody asked for is not an error: a newer daemon may know more. */
function announce(header: Header, body: Buffer, listener: Listener): void {
  const kind = KINDS.get(`${header.program}/${header.procedure}`);
  if (!kind) return;
  const { callbackID, ...event } = events[kind].message.read(reader(body));
  listener.event({ kind, ...event } as EventOf<EventName>);
}
