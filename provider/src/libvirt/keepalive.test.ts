import { Duplex } from "node:stream";
import fc from "fast-check";
import { parseUri } from "../transport";
import { type Header, TYPE } from "./frame";
import { type Peer, pulse } from "./keepalive";
import { open } from "./open";
import { PROGRAM } from "./procedures";
import { code, connected } from "./testing/connected";
import { frame, result } from "./testing/daemon";
import { line } from "./testing/line";

const PONG: Header = { program: PROGRAM.keepalive, procedure: 2, type: TYPE.message, serial: 0, status: 0 };

/** A pulse under a clock that the test moves, and what it did at which second. */
function watched(listens = () => true) {
  const start = performance.now();
  const now = () => (performance.now() - start) / 1000;
  const asked: number[] = [];
  const dead: number[] = [];
  const peer: Peer = {
    send: () => asked.push(now()),
    listens,
    dead: () => {
      dead.push(now());
      heart.stop();
    },
  };
  const heart = pulse(peer);
  return { heart, now, asked, dead };
}

describe("a silent daemon", () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test("is asked twice, and is dead after 12 s", () => {
    const { asked, dead } = watched();
    jest.advanceTimersByTime(60_000);
    expect(asked).toEqual([4, 8]);
    expect(dead).toEqual([expect.closeTo(12, 2)]);
  });

  test("is noticed within 15 s of its last word, whenever that was", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 11_000 }), { maxLength: 20 }), (pauses) => {
        const { heart, now, dead } = watched();
        for (const pause of pauses) {
          jest.advanceTimersByTime(pause);
          heart.heard();
        }
        const last = now();
        expect(dead).toEqual([]);
        jest.advanceTimersByTime(15_000);
        expect(dead).toHaveLength(1);
        expect((dead[0] ?? 0) - last).toBeLessThan(15);
      }),
      { numRuns: 300 },
    );
  });

  test("is not judged while it may have stopped reading; the count begins when it reads again", () => {
    let listens = false;
    const { dead } = watched(() => listens);
    jest.advanceTimersByTime(60_000);
    listens = true;
    jest.advanceTimersByTime(11_000);
    expect(dead).toEqual([]);
    jest.advanceTimersByTime(4000);
    expect(dead).toHaveLength(1);
  });

  test("is not judged before what lies there unread was read", () => {
    const { heart, dead, asked } = watched();
    jest.advanceTimersByTime(12_000);
    heart.heard(); // Timers run before what was received is read, immediates after it.
    jest.advanceTimersByTime(5000);
    expect(dead).toEqual([]);
    expect(asked).toHaveLength(3);
    heart.stop();
  });
});

test("a daemon may take its time to say its first word, and is watched from then on", async () => {
  jest.useFakeTimers();
  const stream = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  const listener = { event: () => undefined, ended: () => undefined };
  const who = { address: parseUri("qemu:///system") };
  const opening = open(stream, listener, { uri: "qemu:///system", keepalive: true, who }).catch((failure) => failure);
  await jest.advanceTimersByTimeAsync(40_000);
  expect(stream.destroyed).toBe(false);
  stream.emit("data", frame({ serial: 3, procedure: 66 }, result("authList", { types: [] })));
  await jest.advanceTimersByTimeAsync(15_000);
  jest.useRealTimers();
  expect(await opening).toEqual(code("connection"));
});

test("a ping is answered", async () => {
  const answered = new Promise<Header>((resolve) => {
    void connected((caller, header) => {
      if (header.program === PROGRAM.keepalive) return resolve(header);
      caller.reply(header, "connectGetHostname", { hostname: "alpha" });
      caller.send({ ...PONG, procedure: 1 });
    }).then((peer) => {
      peer.watch();
      return peer.call("connectGetHostname", {});
    });
  });
  await expect(answered).resolves.toMatchObject({ procedure: 2, type: TYPE.message, serial: 0 });
});

test("a daemon that says nothing is left, with whatever calls wait on it", async () => {
  const pings = jest.fn();
  const peer = await connected((_, header) => header.program === PROGRAM.keepalive && pings());
  peer.watch({ interval: 10, patience: 3 });
  const calls = Array.from({ length: 8 }, () =>
    peer.call("domainResume", { dom: { uuid: "4239dfb9-df14-49c4-8996-b2a7b47e8523" } }),
  );
  for (const call of calls.slice(0, 4))
    await expect(call).rejects.toMatchObject({ code: "lost", problem: expect.stringMatching(/did not answer/) });
  for (const call of calls.slice(4)) await expect(call).rejects.toMatchObject({ code: "connection" });
  expect(pings).toHaveBeenCalledTimes(3);
});

test("a daemon that answers is kept", async () => {
  let pings = 0;
  const peer = await connected((caller, header) => {
    if (header.program !== PROGRAM.keepalive) return;
    caller.send(PONG);
    if (++pings === 6)
      caller.reply({ ...header, program: PROGRAM.remote, procedure: 59, serial: 1 }, "connectGetHostname", {
        hostname: "a",
      });
  });
  peer.watch({ interval: 10, patience: 3 });
  await expect(peer.call("connectGetHostname", {})).resolves.toEqual({ hostname: "a" });
  peer.end();
});

test("a reader that has stopped reading does not blame the daemon, nor does one whose upload it may be busy with", () => {
  jest.useFakeTimers();
  const ended = jest.fn();
  const { peer } = line({ ended });
  peer.watch();
  peer.stream.pause();
  jest.advanceTimersByTime(60_000);
  peer.stream.resume();
  const vol = { pool: "default", name: "disk" };
  const end = { data: () => undefined, hole: () => undefined, done: () => undefined };
  const { serial, answer } = peer.begin("storageVolUpload", { vol, offset: 0, length: 0 }, end, {});
  jest.advanceTimersByTime(60_000);
  expect(ended).not.toHaveBeenCalled();
  peer.forget(serial);
  jest.advanceTimersByTime(15_000);
  expect(ended).toHaveBeenCalledTimes(1);
  jest.useRealTimers();
  return expect(answer).rejects.toMatchObject({ code: "lost" });
});
