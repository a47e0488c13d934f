/** Several ways to one peer, of which nobody knows which works before the peer has answered. */
import { Duplex } from "node:stream";

export interface Candidate<W> {
  readonly way: W;
  /** For the message, where it ends without a word. */
  readonly name: string;
  /** A stream, or why this way gives none; a failure is the end of them all. */
  readonly start: () => Promise<Duplex | string>;
}

/**
 * One stream over the first that answers: where one ends before a byte came, what was written so far is told to the next.
 * `candidates` are asked for one by one, and see what those before them said. `answered` is told which it was; where none did,
 * the stream fails with what each said.
 */
export async function firstToAnswer<W>(
  candidates: (failures: readonly string[]) => AsyncIterator<Candidate<W>, unknown>,
  answered: (way: W) => void,
): Promise<Duplex> {
  const failures: string[] = [];
  const left = candidates(failures);
  let written: Uint8Array[] = [];
  let current: Duplex | undefined;
  let heard = false;

  const stream = new Duplex({
    write(chunk: Buffer, _encoding, done) {
      // One that has not answered may never take what it is told: nothing waits for it.
      if (!heard) written.push(chunk);
      if (current?.write(chunk) === false && heard) current.once("drain", done);
      else done();
    },
    final(done) {
      current?.end();
      done();
    },
    read: () => current?.resume(),
    destroy(error, done) {
      current?.destroy();
      done(error);
    },
  });

  /** Whoever ended it wants no other way, and hears of no failure. */
  const givenUp = (): boolean => stream.writableEnded || stream.destroyed;

  const take = ({ way, name }: Candidate<W>, from: Duplex): void => {
    current = from;
    let over = false;
    const ended = (why: Error) => {
      if (over) return;
      over = true;
      if (heard) return stream.destroy(why);
      from.destroy();
      if (givenUp()) return stream.destroy();
      fail(why.message);
      current = undefined;
      next().catch((thrown) => stream.destroy(givenUp() ? undefined : thrown));
    };
    from.on("data", (chunk: Buffer) => {
      if (over) return;
      if (!heard) {
        heard = true;
        written = [];
        answered(way);
      }
      if (!stream.push(chunk)) from.pause();
    });
    from.on("error", ended);
    from.on("end", () => {
      if (!heard) return ended(new Error(`${name} ended without an answer`));
      over = true;
      stream.push(null);
    });
    from.on("close", () => ended(new Error(`${name} was cut`)));
    for (const chunk of written) from.write(chunk);
  };

  const fail = (why: string): void => {
    if (!failures.includes(why)) failures.push(why);
  };
  const next = async (): Promise<void> => {
    for (;;) {
      const { value: candidate, done } = await left.next();
      if (done) throw new Error(failures.join("; "));
      const from = await candidate.start();
      if (typeof from === "string") fail(from);
      else if (givenUp()) {
        from.destroy();
        return void stream.destroy();
      } else return take(candidate, from);
    }
  };

  await next();
  return stream;
}
