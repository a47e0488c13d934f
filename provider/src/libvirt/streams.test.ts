import { Duplex } from "node:stream";
import { Failure } from "../failure";
import { connection } from "./connection";
import { download } from "./download";
import { remoteError } from "./errors";
import { type Header, STATUS, STREAM_PAYLOAD, TYPE } from "./frame";
import type { Piece } from "./stream";
import { code, connected } from "./testing/connected";
import { type Caller, encoded, frame } from "./testing/daemon";
import { line } from "./testing/line";
import { upload } from "./upload";
import { hyper, reader, struct, uint } from "./xdr";

const MiB = 1024 * 1024;

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

  test("holes that nobody has taken yet are bounded, as data are", async () => {
    const { peer, say } = line();
    const coming = download(peer, "storageVolDownload", args);
    const first = coming.next();
    say(frame({ serial: 1, procedure: 209 }));
    const header = { serial: 1, procedure: 209, type: TYPE.streamHole, status: STATUS.continue };
    const one = frame(header, encoded(hole, { length: 4096n, flags: 0 }));
    let said = 0;
    for (; !peer.stream.isPaused() && said < 1_000_000; said++) say(one);
    expect(said).toBeLessThan(100_000);
    expect(await first).toEqual({ done: false, value: { hole: 4096 } });
    for (; peer.stream.isPaused() && said > 0; said--) await coming.next();
    expect(said).toBeGreaterThan(0);
    peer.end();
  });

  test("at most a message more than 1 MiB of data waits for who takes it, whatever the size", async () => {
    const { peer, say } = line();
    const coming = download(peer, "storageVolDownload", args);
    const first = coming.next();
    say(frame({ serial: 1, procedure: 209 }));
    const header = { serial: 1, procedure: 209, type: TYPE.stream, status: STATUS.continue };
    const one = frame(header, Buffer.alloc(STREAM_PAYLOAD));
    let waiting = 0;
    let most = 0;
    for (let total = 0, taking = first; total < 64 * MiB; taking = coming.next()) {
      for (; !peer.stream.isPaused() && waiting < 64 * MiB; waiting += STREAM_PAYLOAD) say(one);
      most = Math.max(most, waiting);
      const { value } = await taking;
      const { length } = value as Uint8Array;
      waiting -= length;
      total += length;
    }
    expect(most).toBeGreaterThan(MiB / 2);
    expect(most).toBeLessThanOrEqual(MiB + STREAM_PAYLOAD);
    peer.end();
  });

  test("at most a piece more than 1 MiB is taken from a source before the wire took it, whatever the size", async () => {
    let write: (() => void) | undefined;
    let written = 0;
    const stream = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        write = () => {
          written += chunk.length;
          done();
        };
      },
    });
    const peer = connection(stream, { event: () => undefined, ended: () => undefined });
    const [piece, total] = [256 * 1024, 64 * MiB];
    let given = 0;
    async function* source(): AsyncGenerator<Piece> {
      while (given < total) {
        given += piece;
        yield Buffer.alloc(piece);
      }
    }
    const abort = new AbortController();
    const sent = upload(peer, "storageVolUpload", args, source(), { signal: abort.signal });
    sent.catch(() => undefined);
    stream.emit("data", frame({ serial: 1, procedure: 208 }));
    let most = 0;
    while (written < total) {
      // All that can be done until the wire takes more is done within a turn of the event loop.
      await new Promise(setImmediate);
      most = Math.max(most, given - written);
      const next = write;
      write = undefined;
      next?.();
    }
    expect(most).toBeGreaterThan(MiB / 2);
    expect(most).toBeLessThanOrEqual(MiB + piece);
    abort.abort();
    peer.end();
    await expect(sent).rejects.toBeInstanceOf(Failure);
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

  /** Opens the stream, and confirms when it is to be given up. */
  const obliging = (caller: Caller, header: Header) => {
    if (header.type === TYPE.call) return caller.reply(header, "storageVolUpload", {});
    if (header.status === STATUS.error) caller.send({ ...header, status: STATUS.ok });
  };
  async function* broken(): AsyncGenerator<Piece> {
    yield Buffer.alloc(10);
    throw new Failure("invalid", "the file is gone");
  }

  test("a failing source has the daemon give the upload up; the connection is as good as new", async () => {
    const peer = await connected((caller, header) =>
      header.procedure === 59
        ? caller.reply(header, "connectGetHostname", { hostname: "alpha" })
        : obliging(caller, header),
    );
    await expect(upload(peer, "storageVolUpload", args, broken())).rejects.toMatchObject({
      code: "invalid",
      problem: "the file is gone",
    });
    await expect(peer.call("connectGetHostname", {})).resolves.toEqual({ hostname: "alpha" });
    peer.end();
  });

  test("a daemon that does not give the upload up is left", async () => {
    const peer = await connected(
      (caller, header) => header.type === TYPE.call && caller.reply(header, "storageVolUpload", {}),
    );
    await expect(upload(peer, "storageVolUpload", args, broken())).rejects.toEqual(code("invalid"));
    expect(peer.alive).toBe(false);
  });

  test("an upload that is cancelled before the daemon opened its stream ends the connection", async () => {
    const abort = new AbortController();
    const peer = await connected(() => abort.abort());
    await expect(upload(peer, "storageVolUpload", args, broken(), { signal: abort.signal })).rejects.toEqual(
      code("cancelled"),
    );
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

  test("whoever leaves early has the daemon give the download up, and what still comes is let go", async () => {
    const peer = await connected((caller, header) => {
      if (header.type === TYPE.call && header.procedure !== 209)
        return caller.reply(header, "connectGetHostname", { hostname: "alpha" });
      const data = { ...header, type: TYPE.stream, status: STATUS.continue };
      if (header.type === TYPE.call) {
        caller.reply(header, "storageVolDownload", {});
        for (let i = 0; i < 12; i++) caller.send(data, Buffer.alloc(1 << 20));
        return;
      }
      expect(header).toMatchObject({ type: TYPE.stream, status: STATUS.error });
      caller.send(data, Buffer.alloc(1 << 20));
      caller.send({ ...header, status: STATUS.ok });
    });
    for await (const _ of download(peer, "storageVolDownload", args)) break;
    await expect(peer.call("connectGetHostname", {})).resolves.toEqual({ hostname: "alpha" });
    peer.end();
  });

  test("an error in the middle of a download is told in the daemon's words", async () => {
    const peer = await connected((caller, header) => {
      if (header.type !== TYPE.call) return;
      caller.reply(header, "storageVolDownload", {});
      caller.send({ ...header, type: TYPE.stream, status: STATUS.continue }, Buffer.from("abc"));
      const broken = { code: 38, domain: 0, message: "Input/output error", level: 2, int1: 0, int2: 0 };
      caller.send({ ...header, type: TYPE.stream, status: STATUS.error }, encoded(remoteError, broken));
    });
    const all = async () => {
      for await (const _ of download(peer, "storageVolDownload", args));
    };
    await expect(all()).rejects.toMatchObject({
      problem: "Input/output error",
      circumstances: { call: "virStorageVolDownload" },
    });
    expect(peer.alive).toBe(true);
    peer.end();
  });

  test.each([-1n, 2n ** 63n - 1n])("a hole of %d bytes is a protocol failure", async (length) => {
    const peer = await connected((caller, header) => {
      if (header.type !== TYPE.call) return;
      caller.reply(header, "storageVolDownload", {});
      caller.send({ ...header, type: TYPE.streamHole, status: STATUS.continue }, encoded(hole, { length, flags: 0 }));
    });
    await expect(download(peer, "storageVolDownload", args).next()).rejects.toEqual(code("protocol"));
    expect(peer.alive).toBe(false);
  });
});
