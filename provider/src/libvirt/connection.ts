/** One connection to a daemon, from its first byte to its last: it lives once. */
import type { Duplex } from "node:stream";
import { asFailure, Failure } from "../failure";
import { callTable } from "./calls";
import { type EventName, type EventOf, events, SOURCES } from "./events";
import type { Feature } from "./features";
import { frameParser, type Header, STATUS, TYPE } from "./frame";
import { type Pulse, type PulseSettings, pulse } from "./keepalive";
import type { CallLimits } from "./limits";
import { outbox } from "./outbox";
import { type Arguments, PROGRAM, type ProcedureName, procedure, type Results } from "./procedures";
import { type StreamEnd, streamTable } from "./streams";
import { knownFeatures } from "./supports";
import { reader } from "./xdr";

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
  /** Whether the daemon has that feature; asked once. */
  supports(feature: Feature, limits?: CallLimits): Promise<boolean>;
  /** Starts asking the daemon whether it lives. */
  watch(settings?: PulseSettings): void;
  readonly alive: boolean;
}

/** The kind of event by program and procedure. */
const KINDS = new Map(
  Object.entries(events).map(([kind, { from, number }]) => [`${SOURCES[from].program}/${number}`, kind as EventName]),
);

const UNLIMITED: CallLimits = {};

export function connection(stream: Duplex, listener: Listener): Connection {
  const put = outbox(stream);
  const calls = callTable(({ program, number, args }, serial, value) =>
    put({ program, procedure: number, type: TYPE.call, serial, status: STATUS.ok }, args, value),
  );
  const streams = streamTable(calls.knows);
  const supports = knownFeatures((feature, limits) =>
    calls.call("connectSupportsFeature", { feature }, limits).then(({ supported }) => supported),
  );
  let over: Failure | undefined;
  let heart: Pulse | undefined;

  const end = (why: Failure) => {
    if (over) return;
    over = why;
    heart?.stop();
    stream.destroy();
    calls.fail(why);
    streams.fail(why);
    listener.ended(why);
  };

  const message = (header: Header, body: Buffer) => {
    if (over) return;
    if (header.program === PROGRAM.keepalive) heart?.message(header);
    else if (header.type === TYPE.reply) calls.answer(header, body);
    else if (header.type === TYPE.message) announce(header, body, listener);
    else if (header.type === TYPE.stream || header.type === TYPE.streamHole) streams.message(header, body);
    else throw new Failure("protocol", `the daemon sent a message of type ${header.type}, which only clients send`);
  };
  const parse = frameParser({
    message,
    data: (header, part, last) => void (over || streams.data(header, part, last)),
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
  stream.on("error", (cause) => end(broken(cause)));
  stream.on("end", () => end(new Failure("lost", "the daemon closed the connection")));
  stream.on("close", () => end(new Failure("lost", "the connection was closed")));

  return {
    stream,
    get alive() {
      return !over;
    },
    supports: (feature, limits = UNLIMITED) => supports(feature, limits),
    call: (name, args, limits = UNLIMITED) => {
      const { older } = procedure(name);
      if (!older) return calls.call(name, args, limits);
      return supports(older.lacking, limits).then((has) => calls.call(name, has ? args : older.args(args), limits));
    },
    begin: (name, args, open, limits) => {
      let serial = 0;
      const answer = calls.begin(name, args, limits, (number) => {
        serial = number;
        streams.open(number, name, open);
      });
      return { serial, answer };
    },
    send: (header) => put(header),
    forget: streams.forget,
    watch: (settings) => {
      if (over) return;
      heart = pulse(
        {
          send: (header) => put(header),
          listens: () => calls.reads && !stream.isPaused() && !streams.uploading,
          dead: (silence) => end(new Failure("lost", `the daemon did not answer for ${Math.round(silence / 1000)} s`)),
        },
        settings,
      );
    },
    end: (why = new Failure("lost", "the connection was closed by us")) => end(why),
  };
}

/** A way that finds only now that it leads nowhere says so itself. */
const broken = (cause: Error): Failure =>
  cause instanceof Failure ? cause : new Failure("lost", `the connection broke: ${cause.message}`, { cause });

/** Hands an event on. One of a kind that nobody asked for is not an error: a newer daemon may know more. */
function announce(header: Header, body: Buffer, listener: Listener): void {
  const kind = KINDS.get(`${header.program}/${header.procedure}`);
  if (!kind) return;
  const { callbackID, ...event } = events[kind].message.read(reader(body));
  listener.event({ kind, ...event } as EventOf<EventName>);
}
