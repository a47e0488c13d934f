/** A peer between two others, that passes on what they say until it is told to cut, stall, delay or corrupt it. */
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Who sent it: the one who connected to the relay, or the one whom the relay stands for. */
export type From = "client" | "server";
export interface Passing {
  /** Connections count from 0. */
  readonly link: number;
  readonly from: From;
  readonly bytes: Buffer;
}
/** What becomes of it: passed on, passed on as something else, or the way is cut after so many of its bytes. */
export type Fate = "pass" | { readonly instead: Buffer } | { readonly cut: number };

/** Takes what arrives and gives what is whole: a message, or with `asItComes` each chunk. */
export type Splitter = (chunk: Buffer) => readonly Buffer[];
export const asItComes = (): Splitter => (chunk) => [chunk];

export interface RelayOptions {
  /** Where the real one listens. */
  readonly to: NetConnectOpts;
  /** What clients reach: a unix socket, or a port of 127.0.0.1. */
  readonly on: "socket" | "port";
  readonly split?: () => Splitter;
  readonly fate?: (passing: Passing) => Fate;
  /** Milliseconds that everything takes, each way. */
  readonly delay?: number;
  /** Calls `pass` when the piece may leave; those of one way leave in the order in which they came. */
  readonly gate?: (from: From, bytes: Buffer, pass: () => void) => void;
}
export interface Relay {
  /** Of the unix socket. */
  readonly path: string;
  readonly port: number;
  /** Every connection that passes is gone; new ones are served. */
  cut(): void;
  /** Nothing passes, and nobody is told; new connections are taken and pass nothing either. */
  stall(): void;
  /** From now on each connection is closed as soon as it is made. */
  refuse(): void;
  /** Ends a stall or a refusal. */
  serve(): void;
  /** Resolves when that much has passed from there, all connections together. */
  passed(from: From, bytes: number): Promise<void>;
  /** Clients reach another server from now on. */
  turn(to: NetConnectOpts): void;
  close(): Promise<void>;
}

interface Link {
  readonly ends: readonly [Socket, Socket];
  /** Passes on what waited. */
  go(): void;
}

const open: NonNullable<RelayOptions["gate"]> = (_from, _bytes, pass) => pass();

export async function relay(options: RelayOptions) {
  const { to, on, split = asItComes, fate = () => "pass", delay = 0, gate = open } = options;
  const links = new Set<Link>();
  const waiting = new Set<() => void>();
  const counts = { client: 0, server: 0 };
  let mode: "serve" | "stall" | "refuse" = "serve";
  let target = to;
  let made = 0;

  const cut = (): void => {
    for (const { ends } of links) for (const end of ends) end.destroy();
    links.clear();
  };
  const count = (from: From, bytes: number): void => {
    counts[from] += bytes;
    for (const look of waiting) look();
  };
  const server = createServer((client) => {
    if (mode === "refuse") return void client.destroy();
    const upstream = connect(target);
    const number = made++;
    const way = (from: From, source: Socket, sink: Socket) =>
      carry({ from, source, sink, split: split(), delay, gate, cut, held: () => mode === "stall" }, (bytes) => {
        count(from, bytes.length);
        return fate({ link: number, from, bytes });
      });
    const ways = [way("client", client, upstream), way("server", upstream, client)];
    const link: Link = {
      ends: [client, upstream],
      go: () => {
        for (const { go } of ways) go();
      },
    };
    links.add(link);
  });
  const folder = mkdtempSync(join(tmpdir(), "relay-"));
  const path = join(folder, "sock");
  await new Promise<void>((ready) =>
    on === "socket" ? server.listen(path, ready) : server.listen(0, "127.0.0.1", ready),
  );

  return {
    path,
    port: on === "port" ? (server.address() as AddressInfo).port : 0,
    cut,
    stall: () => {
      mode = "stall";
    },
    refuse: () => {
      mode = "refuse";
    },
    serve: () => {
      mode = "serve";
      for (const { go } of links) go();
    },
    passed: (from, bytes) =>
      new Promise((done) => {
        const look = (): void => {
          if (counts[from] < bytes) return;
          waiting.delete(look);
          done();
        };
        waiting.add(look);
        look();
      }),
    turn: (other) => {
      target = other;
    },
    close: async () => {
      cut();
      await new Promise((closed) => server.close(closed));
      rmSync(folder, { recursive: true });
    },
  } satisfies Relay;
}

interface Way extends Required<Pick<RelayOptions, "delay" | "gate">> {
  readonly from: From;
  readonly source: Socket;
  readonly sink: Socket;
  readonly split: Splitter;
  readonly held: () => boolean;
  readonly cut: () => void;
}

/** Carries bytes from one socket to the other; `decide` hears of each whole piece. */
function carry(way: Way, decide: (bytes: Buffer) => Fate): { go(): void } {
  const { from, source, sink, split, delay, gate, held, cut } = way;
  const kept: Buffer[] = [];
  let over = false;
  // Timers of one duration end in the order in which they began.
  const later = (work: () => unknown): void => {
    if (delay > 0) setTimeout(work, delay);
    else work();
  };
  /** A sink that is full keeps its source waiting. */
  const put = (bytes: Buffer): void => gate(from, bytes, () => later(() => sink.write(bytes) || source.pause()));
  const pass = (bytes: Buffer): void => {
    const fate = decide(bytes);
    if (fate === "pass") put(bytes);
    else if ("instead" in fate) put(fate.instead);
    else {
      over = true;
      // The others are cut when what came before has left.
      later(() => sink.write(bytes.subarray(0, fate.cut), cut));
    }
  };
  const take = (chunk: Buffer): void => {
    if (held()) {
      kept.push(chunk);
      source.pause();
    } else for (const piece of split(chunk)) if (!over) pass(piece);
  };
  source.on("data", take);
  sink.on("drain", () => held() || source.resume());
  source.on("end", () => later(() => sink.end()));
  source.on("close", () => later(() => sink.destroy()));
  source.on("error", () => later(() => sink.destroy()));
  return {
    go: () => {
      for (const chunk of kept.splice(0)) take(chunk);
      source.resume();
    },
  };
}
