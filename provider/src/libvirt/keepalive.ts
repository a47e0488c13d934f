/** The keepalive program: answers the daemon's pings, and notices a peer that is gone. */
import { type Header, STATUS, TYPE } from "./frame";
import { PROGRAM } from "./procedures";

const PING = 1;
const PONG = 2;

export interface PulseSettings {
  /** After how much silence the peer is asked, and asked again, in ms. */
  readonly interval: number;
  /** How many questions may go unanswered. */
  readonly patience: number;
}

/** A silent peer is asked after 4 and 8 s and given up after 12: within the 15 s that are promised, with time to spare for a busy process. */
const SETTINGS: PulseSettings = { interval: 4000, patience: 2 };

export interface Pulse {
  /** Something was received: the peer lives. */
  heard(): void;
  /** Takes a message of the keepalive program. */
  message(header: Header): void;
  stop(): void;
}

export interface Peer {
  send(header: Header): void;
  /** Whether silence means something: not while the peer may have stopped reading, nor while we have. */
  listens(): boolean;
  dead(silence: number): void;
}

/** Asks the peer when it is silent, and calls `dead` when it stays so. */
export function pulse(peer: Peer, { interval, patience }: PulseSettings = SETTINGS): Pulse {
  let last = performance.now();
  /** What `last` was when the peer was asked. */
  let silentSince = last;
  let asked = 0;
  let stopped = false;
  let timer = setTimeout(beat, interval).unref();

  const say = (procedure: number) =>
    peer.send({ program: PROGRAM.keepalive, procedure, type: TYPE.message, serial: 0, status: STATUS.ok });

  function beat(): void {
    if (stopped) return;
    if (!peer.listens()) last = performance.now();
    if (last !== silentSince) asked = 0;
    silentSince = last;
    const silence = performance.now() - last;
    if (silence < interval) wait(interval - silence);
    // The answer may be there, unread because this process was busy: it is read before immediates run.
    else if (asked === patience) setImmediate(judge);
    else {
      asked++;
      say(PING);
      wait(interval);
    }
  }

  const judge = () => (last === silentSince ? peer.dead(performance.now() - last) : beat());

  function wait(ms: number): void {
    timer = setTimeout(beat, ms).unref();
  }

  return {
    heard: () => {
      last = performance.now();
    },
    message: ({ procedure }) => {
      if (procedure === PING) say(PONG);
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
