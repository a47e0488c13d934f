/** Several ways to one peer, of which nobody knows which works before the peer has answered. */
import { Duplex } from "node:stream";

export interface Candidate<W> {
  readonly way: W;
  readonly start: () => Promise<Duplex>;
}

/**
 * One stream over the first that answers: where one ends before a byte came, what was written so far is told to the next.
 * `answered` is told which it was; where none did, the stream fails with what each said.
 */
export async function firstToAnswer<W>(
  candidates: readonly Candidate<W>[],
  answered: (way: W) => void,
): Promise<Duplex> {
  const left = [...candidates];
  const failures: string[] = [];
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

  const take = (way: W, from: Duplex): void => {
    current = from;
    let over = false;
    const ended = (why: Error) => {
      if (over) return;
      over = true;
      if (heard) stream.destroy(why);
      else {
        failures.push(why.message);
        from.destroy();
        current = undefined;
        next().catch((thrown) => stream.destroy(thrown));
      }
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
      if (!heard) return ended(new Error("it ended without an answer"));
      over = true;
      stream.push(null);
    });
    from.on("close", () => ended(new Error("it was cut")));
    for (const chunk of written) from.write(chunk);
  };

  const next = async (): Promise<void> => {
    const candidate = left.shift();
    if (!candidate) throw new Error(failures.join("; "));
    const from = await candidate.start();
    if (stream.destroyed) from.destroy();
    else take(candidate.way, from);
  };

  await next();
  return stream;
}
