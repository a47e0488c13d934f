import fc from "fast-check";
import { Failure } from "../failure";
import { type Connection, connection, type Listener } from "./connection";
import { download } from "./download";
import { remoteError, remoteErrorOf } from "./errors";
import { events } from "./events";
import { type Header, STATUS, TYPE } from "./frame";
import { open } from "./open";
import { PROGRAM, procedures } from "./procedures";
import type { Piece } from "./stream";
import { type Caller, decoded, encoded, type FakeDaemon, fakeDaemon, frame } from "./testing/daemon";
import { upload } from "./upload";
import { hyper, reader, struct, uint } from "./xdr";

const DOMAIN = { name: "web", uuid: "4239dfb9-df14-49c4-8996-b2a7b47e8523", id: -1 };

type Hears = (caller: Caller, header: Header, body: Buffer) => void;
let daemons: FakeDaemon[] = [];
afterEach(async () => {
  for (const daemon of daemons) await daemon.close();
  daemons = [];
});

async function connected(hears: Hears, listener: Partial<Listener> = {}): Promise<Connection> {
  const daemon = await fakeDaemon(hears);
  daemons.push(daemon);
  return connection(await daemon.connect(), { event: () => undefined, ended: () => undefined, ...listener });
}
const code = (wanted: string) => expect.objectContaining({ code: wanted });

describe("calls", () => {
  test("answers find their calls in whatever order they come", async () => {
    const waiting: (() => void)[] = [];
    const peer = await connected((caller, header, body) => {
      const { name } = decoded(procedures.domainLookupByName.args as never, body) as { name: string };
      waiting.unshift(() => caller.reply(header, "domainLookupByName", { dom: { ...DOMAIN, name } }));
      if (waiting.length === 3) for (const answer of waiting) answer();
    });
    const found = await Promise.all(["a", "b", "c"].map((name) => peer.call("domainLookupByName", { name })));
    expect(found.map(({ dom }) => dom.name)).toEqual(["a", "b", "c"]);
    peer.end();
  });

  test.each([
    [42, "Domain not found", "missing"],
    [50, "no storage vol with matching name", "missing"],
    [55, "domain is not running", "refused"],
    [88, "access denied", "denied"],
    [68, "timed out waiting for the disk", "timeout"],
    [108, "no hostname found", "refused"],
    [112, "guest agent timed out", "timeout"],
    [67, "unsupported configuration", "unsupported"],
    [27, "XML error", "invalid"],
    [9, "operation failed: pool 'x' already exists with uuid 1", "exists"],
    [1, "internal error: something", "refused"],
    [68, "Timed out during operation: cannot acquire state change lock", "busy"],
    [39, "the stream broke", "protocol"],
  ])("libvirt's error %i (%s) means %s", async (number, message, meaning) => {
    const peer = await connected((caller, header) => caller.refuse(header, number, message));
    const failure: unknown = await peer.call("domainLookupByName", { name: "web" }).catch((thrown) => thrown);
    expect(failure).toEqual(expect.objectContaining({ code: meaning, problem: message }));
    expect(remoteErrorOf(failure)).toMatchObject({ code: number });
    peer.end();
  });

  test("an argument that cannot be sent fails its call alone", async () => {
    const peer = await connected((caller, header) => caller.reply(header, "connectGetHostname", { hostname: "alpha" }));
    await expect(peer.call("domainLookupByUuid", { uuid: "web" })).rejects.toEqual(code("invalid"));
    await expect(peer.call("connectGetHostname", {})).resolves.toEqual({ hostname: "alpha" });
    peer.end();
  });

  test("a connection that breaks fails what waits with `lost`, once, and what comes later", async () => {
    const ended = jest.fn();
    const peer = await connected((caller) => caller.socket.destroy(), { ended });
    const calls = [peer.call("connectGetHostname", {}), peer.call("connectGetUri", {})];
    for (const result of await Promise.allSettled(calls))
      expect(result).toMatchObject({ status: "rejected", reason: { code: "lost" } });
    await expect(peer.call("connectGetUri", {})).rejects.toEqual(code("lost"));
    expect(ended).toHaveBeenCalledTimes(1);
    expect(peer.alive).toBe(false);
  });

  test("a deadline and an abort end the wait, and a late answer is dropped", async () => {
    const held: (() => void)[] = [];
    const peer = await connected((caller, header) => {
      held.push(() => caller.reply(header, "connectGetHostname", { hostname: "alpha" }));
      if (held.length === 3) for (const answer of held) answer();
    });
    const abort = new AbortController();
    const late = peer.call("connectGetHostname", {}, { deadline: Date.now() + 10 });
    const aborted = peer.call("connectGetHostname", {}, { signal: abort.signal });
    abort.abort();
    await expect(aborted).rejects.toEqual(code("cancelled"));
    await expect(late).rejects.toEqual(code("timeout"));
    await expect(peer.call("connectGetHostname", {})).resolves.toEqual({ hostname: "alpha" });
    peer.end();
  });

  test.each<[string, (caller: Caller) => void]>([
    ["answers a call that was never made", (caller) => caller.send({ serial: 99, procedure: 59 })],
    ["sends what only clients send", (caller) => caller.send({ type: TYPE.call })],
    ["sends a length of 2^31", (caller) => caller.socket.write(Buffer.from("80000000".repeat(7), "hex"))],
  ])("a daemon that %s is left", async (_, misbehave) => {
    const peer = await connected((caller) => misbehave(caller));
    await expect(peer.call("connectGetHostname", {})).rejects.toEqual(code("protocol"));
    expect(peer.alive).toBe(false);
  });

  test("mutated answers never crash or hang", async () => {
    const whole = frame(
      { serial: 1, procedure: 23 },
      encoded(procedures.domainLookupByName.ret as never, { dom: DOMAIN } as never),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        async (changes) => {
          const bytes = Buffer.from(whole);
          for (const [at, to] of changes) bytes[at] = to;
          const peer = await connected((caller) => caller.socket.end(bytes));
          const outcome: unknown = await peer.call("domainLookupByName", { name: "web" }).catch((thrown) => thrown);
          if (!(outcome instanceof Failure)) expect(outcome).toHaveProperty("dom");
          peer.end();
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("events", () => {
  test("come as they are declared, without the number of the subscription", async () => {
    const heard = jest.fn();
    const body = encoded(
      events.domainLifecycle.message as never,
      { callbackID: 7, dom: DOMAIN, event: 2, detail: 0 } as never,
    );
    const peer = await connected(
      (caller, header) => {
        caller.send({ type: TYPE.message, procedure: 318 }, body);
        caller.send({ type: TYPE.message, procedure: 9999 }, body);
        caller.reply(header, "connectGetHostname", { hostname: "alpha" });
      },
      { event: heard },
    );
    await peer.call("connectGetHostname", {});
    expect(heard.mock.calls).toEqual([[{ kind: "domainLifecycle", dom: DOMAIN, event: 2, detail: 0 }]]);
    peer.end();
  });
});

describe("keepalive", () => {
  test("a ping is answered", async () => {
    const answered = new Promise<Header>((resolve) => {
      void connected((caller, header) => {
        if (header.program === PROGRAM.keepalive) return resolve(header);
        caller.reply(header, "connectGetHostname", { hostname: "alpha" });
        caller.send({ program: PROGRAM.keepalive, type: TYPE.message, procedure: 1 });
      }).then((peer) => {
        peer.watch({ interval: 60_000, patience: 3 });
        return peer.call("connectGetHostname", {});
      });
    });
    await expect(answered).resolves.toMatchObject({ procedure: 2, type: TYPE.message, serial: 0 });
  });

  test("a daemon that says nothing is asked, and left when it does not answer", async () => {
    const pings = jest.fn();
    const peer = await connected((_, header) => header.program === PROGRAM.keepalive && pings());
    peer.watch({ interval: 10, patience: 3 });
    await expect(peer.call("connectGetHostname", {})).rejects.toMatchObject({
      code: "lost",
      problem: expect.stringMatching(/did not answer/),
    });
    expect(pings).toHaveBeenCalledTimes(3);
  });

  test("a daemon that answers is kept", async () => {
    let pings = 0;
    const peer = await connected((caller, header) => {
      if (header.program !== PROGRAM.keepalive) return;
      caller.send({ program: PROGRAM.keepalive, type: TYPE.message, procedure: 2 });
      if (++pings === 6)
        caller.reply({ ...header, program: PROGRAM.remote, procedure: 59, serial: 1 }, "connectGetHostname", {
          hostname: "a",
        });
    });
    peer.watch({ interval: 10, patience: 3 });
    await expect(peer.call("connectGetHostname", {})).resolves.toEqual({ hostname: "a" });
    peer.end();
  });
});

describe("streams", () => {
  const vol = { pool: "default", name: "disk" };
  const args = { vol, offset: 0, length: 0, flags: 1 };
  const hole = struct({ length: hyper, flags: uint });
  async function* from(pieces: readonly Piece[]): AsyncGenerator<Piece> {
    yield* pieces;
  }

  test("data goes up in messages that old daemons take, holes as holes, and the end is confirmed", async () => {
    const heard: (number | string)[] = [];
    const peer = await connected((caller, header, body) => {
      if (header.type === TYPE.call) return caller.reply(header, "storageVolUpload", {});
      if (header.type === TYPE.streamHole) return void heard.push(`hole ${hole.read(reader(body)).length}`);
      if (header.status === STATUS.continue) return void heard.push(body.length);
      caller.send({ ...header });
    });
    await upload(peer, "storageVolUpload", args, from([Buffer.alloc(600_000), { hole: 2 ** 33 }, Buffer.alloc(1)]));
    expect(heard).toEqual([131_072, 131_072, 131_072, 131_072, 75_712, "hole 8589934592", 1]);
    expect(peer.alive).toBe(true);
    peer.end();
  });

  test("an error in the middle of an upload stops it with the daemon's words", async () => {
    let received = 0;
    const peer = await connected((caller, header, body) => {
      if (header.type === TYPE.call) return caller.reply(header, "storageVolUpload", {});
      received += body.length;
      if (received !== body.length) return;
      const full = { code: 38, domain: 0, message: "No space left on device", level: 2, int1: 0, int2: 0 };
      caller.send({ ...header, status: STATUS.error }, encoded(remoteError, full));
    });
    async function* endless(): AsyncGenerator<Piece> {
      for (;;) {
        yield Buffer.alloc(65_536);
        await new Promise(setImmediate);
      }
    }
    await expect(upload(peer, "storageVolUpload", args, endless())).rejects.toMatchObject({
      problem: "No space left on device",
    });
    peer.end();
  });

  test("a refusal is heard although the source has stalled", async () => {
    const peer = await connected((caller, header) => {
      if (header.type === TYPE.call) return caller.reply(header, "storageVolUpload", {});
      const full = { code: 38, domain: 0, message: "No space left on device", level: 2, int1: 0, int2: 0 };
      caller.send({ ...header, status: STATUS.error }, encoded(remoteError, full));
    });
    async function* stalled(): AsyncGenerator<Piece> {
      yield Buffer.alloc(10);
      await new Promise(() => undefined);
    }
    await expect(upload(peer, "storageVolUpload", args, stalled())).rejects.toMatchObject({
      problem: "No space left on device",
    });
    peer.end();
  });

  test("a daemon that takes nothing makes the source wait", async () => {
    let given = 0;
    const abort = new AbortController();
    const peer = await connected((caller, header) => {
      if (header.type !== TYPE.call) return;
      caller.reply(header, "storageVolUpload", {});
      caller.socket.pause();
    });
    async function* endless(): AsyncGenerator<Piece> {
      for (;;) {
        given += 1 << 20;
        yield Buffer.alloc(1 << 20);
      }
    }
    const sent = upload(peer, "storageVolUpload", args, endless(), { signal: abort.signal });
    let before = -1;
    while (before !== given) {
      before = given;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    abort.abort();
    await expect(sent).rejects.toEqual(code("cancelled"));
    expect(given).toBeLessThan(16 << 20);
    expect(peer.alive).toBe(false);
  });

  test("a failing source fails the upload and ends the connection, so that the daemon gives up too", async () => {
    const peer = await connected(
      (caller, header) => header.type === TYPE.call && caller.reply(header, "storageVolUpload", {}),
    );
    async function* broken(): AsyncGenerator<Piece> {
      yield Buffer.alloc(10);
      throw new Failure("invalid", "the file is gone");
    }
    await expect(upload(peer, "storageVolUpload", args, broken())).rejects.toMatchObject({
      code: "invalid",
      problem: "the file is gone",
    });
    expect(peer.alive).toBe(false);
  });

  test("data and holes come down until the daemon says that there is no more", async () => {
    const peer = await connected((caller, header) => {
      if (header.type !== TYPE.call) return caller.send({ ...header });
      caller.reply(header, "storageVolDownload", {});
      const stream = { ...header, type: TYPE.stream, status: STATUS.continue };
      caller.send(stream, Buffer.from("abc"));
      caller.send({ ...stream, type: TYPE.streamHole }, encoded(hole, { length: 4096, flags: 0 }));
      caller.send(stream, Buffer.from("def"));
      caller.send(stream);
    });
    const got: (string | number)[] = [];
    for await (const piece of download(peer, "storageVolDownload", args))
      got.push(piece instanceof Uint8Array ? Buffer.from(piece).toString() : piece.hole);
    expect(got).toEqual(["abc", 4096, "def"]);
    expect(peer.alive).toBe(true);
    peer.end();
  });

  test("a reader that takes its time holds the daemon back, and gets everything", async () => {
    const total = 64;
    let sent = 0;
    const peer = await connected((caller, header) => {
      if (header.type !== TYPE.call) return caller.send({ ...header });
      caller.reply(header, "storageVolDownload", {});
      const more = () => {
        while (sent < total) {
          sent++;
          if (
            !caller.socket.write(
              frame({ ...header, type: TYPE.stream, status: STATUS.continue }, Buffer.alloc(1 << 20, sent)),
            )
          ) {
            caller.socket.once("drain", more);
            return;
          }
        }
        caller.send({ ...header, type: TYPE.stream, status: STATUS.continue });
      };
      more();
    });
    let got = 0;
    let ahead = 0;
    for await (const piece of download(peer, "storageVolDownload", args)) {
      got += (piece as Uint8Array).length;
      if (got < 1 << 20) await new Promise((resolve) => setTimeout(resolve, 10));
      ahead = Math.max(ahead, sent * 2 ** 20 - got);
    }
    expect(got).toBe(total << 20);
    expect(ahead).toBeLessThan(32 << 20);
    peer.end();
  });

  test("a refused stream leaves the connection as good as new", async () => {
    const peer = await connected((caller, header) =>
      header.procedure === 209
        ? caller.refuse(header, 50, "no such volume")
        : caller.reply(header, "connectGetHostname", { hostname: "alpha" }),
    );
    await expect(download(peer, "storageVolDownload", args).next()).rejects.toEqual(code("missing"));
    await expect(peer.call("connectGetHostname", {})).resolves.toEqual({ hostname: "alpha" });
    peer.end();
  });

  test("leaving the loop early ends the connection", async () => {
    const peer = await connected((caller, header) => {
      caller.reply(header, "storageVolDownload", {});
      caller.send({ ...header, type: TYPE.stream, status: STATUS.continue }, Buffer.from("abc"));
    });
    for await (const _ of download(peer, "storageVolDownload", args)) break;
    expect(peer.alive).toBe(false);
  });
});

describe("opening", () => {
  const settle = { uri: "qemu:///system", keepalive: true };
  const listener = { event: () => undefined, ended: () => undefined };
  const answering =
    (types: number[], features: readonly number[] = [10, 16]): Hears =>
    (caller, header, body) => {
      if (header.procedure === 66) caller.reply(header, "authList", { types });
      if (header.procedure === 60)
        caller.reply(header, "connectSupportsFeature", { supported: features.includes(body.readInt32BE()) });
      if (header.procedure === 1) caller.reply(header, "connectOpen", {});
      if (header.procedure === 70) caller.refuse(header, 45, "authentication failed");
      if (header.procedure === 291)
        caller.refuse(header, 8, `command ${body.readUInt32BE(20)} section ${body.readUInt32BE(24)}`);
    };
  const dialled = async (hears: Hears) => {
    const daemon = await fakeDaemon(hears);
    daemons.push(daemon);
    return daemon.connect();
  };

  test("a daemon that wants SASL is named, with what to do", async () => {
    await expect(open(await dialled(answering([1])), listener, settle)).rejects.toMatchObject({
      code: "denied",
      problem: expect.stringMatching(/SASL/),
    });
  });

  test("a refusal by polkit is named, with what to do", async () => {
    await expect(open(await dialled(answering([2])), listener, settle)).rejects.toMatchObject({
      code: "denied",
      problem: expect.stringMatching(/polkit/),
    });
  });

  test("a daemon that closes at once was not reached, and nothing was changed", async () => {
    await expect(open(await dialled((caller) => caller.socket.destroy()), listener, settle)).rejects.toEqual(
      code("connection"),
    );
  });

  test.each([
    [[10, 16], "command 3 section 4"],
    [[10], "command 4 section 3"],
  ])("with the features %j a network update arrives as %s", async (features, arrives) => {
    const peer = await open(await dialled(answering([0], features)), listener, settle);
    const net = { name: "", uuid: DOMAIN.uuid };
    const update = peer.call("networkUpdate", { net, command: 3, section: 4, parentIndex: -1, xml: "<host/>" });
    await expect(update).rejects.toMatchObject({ problem: arrives });
    peer.end();
  });
});
