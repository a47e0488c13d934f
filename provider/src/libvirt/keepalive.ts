/** The keepalive program: answers the daemon's pings, and notices a peer that is gone. */
import { type Header, STATUS, TYPE } from "./frame";
import { PROGRAM } from "./procedures";

const PING = 1;
const PONG = 2;

export interface Pulse {
  /** Something was received: the peer lives. */
  heard(): void;
  /** Takes a message of the keepalive program. */
  message(header: Header): void;
  stop(): void;
}

/**
 * Asks the peer after `interval` ms of silence, and calls `dead` when `patience` questions in a row went unanswered.
 * `listens` tells whether the daemon would read a question now: at its limit of requests it stops reading.
 */
export function pulse(
  settings: { interval: number; patience: number },
  peer: { send: (header: Header) => void; listens: () => boolean; dead: (silence: number) => void },
): Pulse {
  let quiet = 0;
  const message = (procedure: number) =>
    peer.send({ program: PROGRAM.keepalive, procedure, type: TYPE.message, serial: 0, status: STATUS.ok });
  const timer = setInterval(() => {
    if (!peer.listens()) return;
    if (quiet > settings.patience) peer.dead(quiet * settings.interval);
    else if (quiet++ > 0) message(PING);
  }, settings.interval);
  timer.unref();
  return {
    heard: () => {
      quiet = 0;
    },
    message: ({ procedure }) => {
      if (procedure === PING) message(PONG);
    },
    stop: () => clearInterval(timer),
  };
}
