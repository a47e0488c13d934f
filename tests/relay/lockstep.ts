/** Round trips counted, not timed: a busy machine changes nothing in what waits for what. */
import { TYPE } from "../../provider/src/libvirt/frame";
import { PROGRAM } from "../../provider/src/libvirt/procedures";
import type { From } from "./relay";

/** How long the client, which is this process, says nothing before it is taken to wait, in ms. */
const QUIET = 20;

export interface Lockstep {
  /** How often answers were let go so far: each is a round trip that the client waited for. */
  readonly rounds: number;
  /** For a relay of whole messages: holds the answers back until the host owes none and the client has nothing more to ask. */
  gate(from: From, message: Buffer, pass: () => void): void;
}

export function lockstep(): Lockstep {
  const held: (() => void)[] = [];
  let rounds = 0;
  let owed = 0;
  let seen = 0;
  const release = (): void => {
    rounds++;
    for (const pass of held.splice(0)) pass();
  };
  const wait = (): void => {
    const last = ++seen;
    if (owed > 0 || held.length === 0) return;
    // Behind the timers of a turn comes its input: what the client wrote while the timer ran out is read first.
    setTimeout(() => setImmediate(() => setImmediate(() => last === seen && release())), QUIET);
  };
  return {
    get rounds() {
      return rounds;
    },
    gate: (from, message, pass) => {
      const [program, type] = [message.readUInt32BE(4), message.readUInt32BE(16)];
      if (program === PROGRAM.keepalive) return pass();
      if (type === TYPE.call) owed++;
      if (type === TYPE.reply) owed--;
      if (from === "client") pass();
      else held.push(pass);
      wait();
    },
  };
}
