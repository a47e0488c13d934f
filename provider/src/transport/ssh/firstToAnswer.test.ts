import { Duplex, PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { firstToAnswer } from "./firstToAnswer";

/** A peer that does so with the first that it is told. */
function peer(does: (stream: Duplex, told: string) => void): { stream: Duplex; told: string[] } {
  const told: string[] = [];
  const stream = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      told.push(chunk.toString());
      if (told.length === 1) does(this, told[0] ?? "");
      done();
    },
    final(done) {
      this.push(null);
      done();
    },
  });
  return { stream, told };
}
const candidates = (...peers: readonly { stream: Duplex | string }[]) =>
  async function* () {
    for (const [way, { stream }] of peers.entries()) yield { way, name: `way ${way}`, start: async () => stream };
  };

test.each<[string, (stream: Duplex) => void]>([
  ["fails", (stream) => stream.emit("error", new Error("no"))],
  ["ends", (stream) => stream.push(null)],
  ["is cut", (stream) => stream.destroy()],
])("one that %s before a byte is followed by the next, which hears all that was said", async (_, does) => {
  const [mute, good] = [peer(does), peer((stream, told) => stream.push(`you said ${told}`))];
  const answered: number[] = [];
  const stream = await firstToAnswer(candidates(mute, good), (way) => answered.push(way));
  stream.write("hello");
  stream.once("data", () => stream.end("bye"));
  expect((await buffer(stream)).toString()).toBe("you said hello");
  expect({ answered, told: good.told }).toEqual({ answered: [1], told: ["hello", "bye"] });
});

test("where none answers, all say why, the same once", async () => {
  const failing = (why: string) => peer((stream) => stream.emit("error", new Error(why)));
  const ending = peer((stream) => stream.push(null));
  const all = candidates({ stream: "none" }, { stream: "none" }, failing("no"), ending);
  const stream = await firstToAnswer(all, () => undefined);
  stream.write("hello");
  await expect(buffer(stream)).rejects.toThrow("none; no; way 3 ended without an answer");
});

test("the next sees what those before it said, and may end it all in its own words", async () => {
  const stream = await firstToAnswer(
    async function* (failures) {
      yield { way: 0, name: "it", start: async () => peer((stream) => stream.push(null)).stream };
      throw new Error(`none is left: ${failures}`);
    },
    () => undefined,
  );
  stream.write("hello");
  await expect(buffer(stream)).rejects.toThrow("none is left: it ended without an answer");
});

test("one that answered and then fails is not followed", async () => {
  const [broken, next] = [new PassThrough(), peer(() => undefined)];
  const stream = await firstToAnswer(candidates({ stream: broken }, next), () => undefined);
  stream.once("data", () => broken.destroy(new Error("later")));
  stream.write("hello");
  await expect(buffer(stream)).rejects.toThrow("later");
  expect(next.told).toEqual([]);
});

test("much that is written and read keeps its order, and waits where nobody reads", async () => {
  const echo = new PassThrough();
  const stream = await firstToAnswer(candidates({ stream: echo }), () => undefined);
  const text = Array.from({ length: 5000 }, (_, at) => `${at} `.repeat(20));
  const written = (async () => {
    for (const each of text) if (!stream.write(each)) await new Promise((drained) => stream.once("drain", drained));
    stream.end();
  })();
  expect((await buffer(stream)).toString()).toBe(text.join(""));
  await written;
});

test.each<[string, (peer: Duplex) => void]>([
  ["ends", (peer) => peer.push(null)],
  ["fails", (peer) => peer.emit("error", new Error("no"))],
  ["is cut", (peer) => peer.destroy()],
])(
  "whoever ended it before an answer came hears of no failure, and no other way is tried, where the peer %s",
  async (_, does) => {
    const mute = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
    const tried: string[] = [];
    const stream = await firstToAnswer(
      async function* () {
        for (const way of ["first", "second"])
          yield {
            way,
            name: way,
            start: async () => {
              tried.push(way);
              return mute;
            },
          };
      },
      () => undefined,
    );
    const failed = jest.fn();
    stream.on("error", failed);
    const closed = new Promise((resolve) => stream.on("close", resolve));
    stream.end("hello");
    does(mute);
    await closed;
    expect(failed).not.toHaveBeenCalled();
    expect(tried).toEqual(["first"]);
  },
);
