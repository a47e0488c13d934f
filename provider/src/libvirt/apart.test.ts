import { PassThrough } from "node:stream";
import fc from "fast-check";
import { apart } from "./apart";
import { frame } from "./testing/daemon";

test("however messages are written, none shares a piece with another, and nothing is lost", () => {
  const message = fc.record({
    payload: fc.uint8Array({ maxLength: 40 }),
    /** Whether the payload is written by itself, as streams do. */
    beside: fc.boolean(),
    /** Whether the next message is written together with this one. */
    joined: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 12 }), (messages) => {
      const sink = new PassThrough({ readableHighWaterMark: 1e6, writableHighWaterMark: 1e6 });
      const pieces: Buffer[] = [];
      sink.write = ((piece: Uint8Array) => pieces.push(Buffer.from(piece)) > 0) as typeof sink.write;
      const stream = apart(sink);
      const whole = messages.map(({ payload }) => frame({}, Buffer.from(payload)));
      let waiting: Buffer[] = [];
      messages.forEach(({ payload, beside, joined }, i) => {
        const bytes = whole[i] ?? Buffer.alloc(0);
        const head = beside ? bytes.subarray(0, bytes.length - payload.length) : bytes;
        waiting.push(head);
        if (joined && !beside) return;
        stream.write(Buffer.concat(waiting));
        if (beside && payload.length > 0) stream.write(payload);
        waiting = [];
      });
      if (waiting.length > 0) stream.write(Buffer.concat(waiting));

      expect(Buffer.concat(pieces)).toEqual(Buffer.concat(whole));
      const ends = new Set(whole.map((_, i) => Buffer.concat(whole.slice(0, i + 1)).length));
      const cuts = new Set(pieces.map((_, i) => Buffer.concat(pieces.slice(0, i + 1)).length));
      expect([...ends].filter((end) => !cuts.has(end))).toEqual([]);
    }),
  );
});
