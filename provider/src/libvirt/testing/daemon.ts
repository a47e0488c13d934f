/** A daemon of bytes behind a unix socket, for what a real one cannot be made to do. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { remoteError } from "../errors";
import { beginFrame, endFrame, frameParser, type Header, STATUS, TYPE } from "../frame";
import { PROGRAM, type ProcedureName, procedure, type Results } from "../procedures";
import { reader, type Type, writer } from "../xdr";

export interface Caller {
  readonly socket: Socket;
  reply<N extends ProcedureName>(call: Header, name: N, value: Results<N>): void;
  refuse(call: Header, code: number, message: string): void;
  send(header: Partial<Header>, body?: Buffer): void;
}

export interface FakeDaemon {
  readonly path: string;
  /** Cuts every connection that is open. */
  cut(): void;
  connect(): Promise<Socket>;
  close(): Promise<void>;
}

export const encoded = <T>(type: Type<unknown, T>, value: T): Buffer => {
  const to = writer();
  type.write(to, value);
  return to.bytes.subarray(0, to.at);
};

export const decoded = <T>(type: Type<T, never>, body: Buffer): T => type.read(reader(body));

/** The body of an answer. */
export const result = <N extends ProcedureName>(name: N, value: Results<N>): Buffer =>
  encoded(procedure(name).ret as unknown as Type<unknown, typeof value>, value);

/** The frame of a message, whole. */
export function frame(header: Partial<Header>, body: Buffer = Buffer.alloc(0)): Buffer {
  const to = writer();
  const whole: Header = {
    program: PROGRAM.remote,
    procedure: 0,
    type: TYPE.reply,
    serial: 0,
    status: STATUS.ok,
    ...header,
  };
  endFrame(to, beginFrame(to, whole), body.length);
  return Buffer.concat([to.bytes.subarray(0, to.at), body]);
}

function caller(socket: Socket): Caller {
  const send = (header: Partial<Header>, body?: Buffer) => void socket.write(frame(header, body));
  return {
    socket,
    send,
    reply: (call, name, value) => send({ ...call, type: TYPE.reply }, result(name, value)),
    refuse: (call, code, message) =>
      send(
        { ...call, type: TYPE.reply, status: STATUS.error },
        encoded(remoteError, { code, domain: 0, message, level: 2, int1: 0, int2: 0 }),
      ),
  };
}

/** `hears` gets every message, and stream data message by message. */
export async function fakeDaemon(hears: (caller: Caller, header: Header, body: Buffer) => void): Promise<FakeDaemon> {
  const folder = await mkdtemp(join(tmpdir(), "daemon-"));
  const path = join(folder, "sock");
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    const peer = caller(socket);
    let parts: Buffer[] = [];
    const parse = frameParser({
      message: (header, body) => hears(peer, header, body),
      data: (header, part, last) => {
        parts.push(Buffer.from(part));
        if (!last) return;
        hears(peer, header, Buffer.concat(parts));
        parts = [];
      },
    });
    socket.on("data", parse).on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    path,
    cut: () => {
      for (const socket of open) socket.destroy();
      open.clear();
    },
    connect: () =>
      new Promise((resolve, reject) => {
        const socket = dial(path, () => resolve(socket));
        socket.once("error", reject);
      }),
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}
