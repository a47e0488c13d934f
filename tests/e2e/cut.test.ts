/** The way to the host is cut at every boundary between two messages, and inside each of them, while a program is brought up. */
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { status } from "@grpc/grpc-js";
import { type Host, openHosts } from "../../provider/src/host";
import { daemonSocket, inventory, lab, on } from "../lab/lab";
import { nameOf, wholeMessages } from "../relay/messages";
import { type From, relay } from "../relay/relay";
import { type Declared, type Outcome, project } from "./smallEngine";

const own = lab().own.name;
const uriOf = (path: string): string => `qemu+unix:///system?socket=${path}`;
const folder = mkdtempSync(join(tmpdir(), "cut-"));
/** Three messages of data. */
const content = randomBytes(300_000);
const file = join(folder, "image.raw");
const asset = { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", path: file };

let daemon: { path: string };
let direct: Host;
let before: unknown;
/** What answers instead of a host that is gone: it speaks another version of the protocol, so nobody waits for it to come back. */
let stranger: Server;
const otherVersion = Buffer.alloc(28);
otherVersion.writeUInt32BE(28, 0);
otherVersion.writeUInt32BE(7, 8);
const strange = { path: join(folder, "stranger") };
beforeAll(async () => {
  writeFileSync(file, content);
  daemon = { path: await daemonSocket(own) };
  direct = openHosts({ "": { uri: uriOf(daemon.path) } }).get();
  before = await inventory(own);
  stranger = createServer((socket) => socket.on("error", () => undefined).write(otherVersion));
  await new Promise<void>((ready) => stranger.listen(strange.path, ready));
});
afterAll(async () => {
  await direct.close();
  stranger.close();
  rmSync(folder, { recursive: true });
  expect(await inventory(own)).toEqual(before);
  expect(await on(own, "find", "/var/lib/libvirt", "-name", "e2e-cut*")).toBe("");
});

/** A network without a bridge of its own, and a machine that does not start: neither changes what is said, and both cost most of the time. */
const program = (name: string): Declared[] => [
  { kind: "Pool", name: "store", inputs: { name, path: `/var/lib/libvirt/${name}` } },
  { kind: "Network", name: "net", inputs: { name, forward: { mode: "bridge" }, bridge: { name: "virbr0" } } },
  { kind: "Volume", name: "disk", inputs: { name: "disk", pool: name, format: "raw", source: { asset } } },
  {
    kind: "Domain",
    name: "vm",
    inputs: {
      name,
      memory: "32MiB",
      vcpus: 1,
      powerState: "stopped",
      disks: [{ volume: `${name}/disk` }],
      interfaces: [{ network: name }],
      cloudInit: { userData: "#cloud-config\n" },
    },
  },
];
const whole = ["domain", "network", "pool", "volume disk", "volume seed"];

/** All that the host has under that name. */
async function held(name: string): Promise<string[]> {
  const [{ domains }, { nets }, { pools }] = await Promise.all([
    direct.call("connectListAllDomains", {}),
    direct.call("connectListAllNetworks", {}),
    direct.call("connectListAllStoragePools", {}),
  ]);
  const called = (kind: string, all: readonly { name: string }[]): string[] =>
    all.filter((one) => one.name === name).map(() => kind);
  const pool = pools.find((one) => one.name === name);
  const volumes = pool ? (await direct.call("storagePoolListAllVolumes", { pool })).vols : [];
  const isSeed = /-[0-9a-f]{12}\.seed\.iso$/;
  return [
    ...called("domain", domains),
    ...called("network", nets),
    ...called("pool", pools),
    ...volumes.map((vol) => `volume ${isSeed.test(vol.name) ? "seed" : vol.name}`).sort(),
  ];
}
async function diskIsWhole(pool: string): Promise<boolean> {
  const parts: Uint8Array[] = [];
  const vol = { pool, name: "disk" };
  for await (const piece of direct.download("storageVolDownload", { vol, offset: 0, length: 0 }))
    if (piece instanceof Uint8Array) parts.push(piece);
  return Buffer.concat(parts).equals(content);
}

interface Cut {
  /** The number of the message, all connections together. */
  readonly at: number;
  readonly where: "before" | "inside" | "after";
  /** The host is reached again at once, or not for the rest of the run. */
  readonly host: "back" | "gone";
}
interface Seen {
  readonly messages: readonly { readonly from: From; readonly name: string }[];
  readonly first: Outcome;
}

/** One `up` under which the way is cut, and all that follows. */
async function lived(name: string, cut?: Cut): Promise<Seen> {
  const messages: { from: From; name: string }[] = [];
  let rising = true;
  const way = await relay({
    to: daemon,
    on: "socket",
    split: wholeMessages,
    fate: ({ from, bytes }) => {
      messages.push({ from, name: nameOf(from, bytes) });
      // A run with fewer pings than the course had may be over before its cut: what comes after is left whole.
      if (!cut || !rising || messages.length !== cut.at + 1) return "pass";
      if (cut.host === "gone") way.turn(strange);
      return { cut: { before: 0, inside: bytes.length >> 1, after: bytes.length }[cut.where] };
    },
  });
  const owner = createHash("sha256").update(name).digest("hex").slice(0, 32);
  const { up, destroy } = project({ uri: uriOf(way.path), owner }, program(name));
  try {
    const first = await up();
    rising = false;
    const during = [...messages];
    way.turn(daemon);
    const next = first.error === undefined ? first : await up();
    const again = first.error === undefined ? undefined : await up();
    const then = { next: next.error, again: again?.steps ?? [], held: await held(name), disk: await diskIsWhole(name) };
    const end = { destroyed: (await destroy()).error, held: await held(name) };
    expect({ first: first.error, ...then, end }).toEqual({
      first: first.error,
      ...{ next: undefined, again: [], held: whole, disk: true },
      end: { destroyed: undefined, held: [] },
    });
    return { messages: during, first };
  } finally {
    await way.close();
  }
}

const clear =
  /^(pool \S+|network \S+|volume \S+|domain \S+|cloud-init's disc \S+) on host qemu\+unix:\/\/\/system: .+\. [A-Z].+/;
/** Lives through them all, a few at a time; gives the errors that users would have read. */
async function livedThrough(cuts: readonly Cut[]): Promise<string[]> {
  const errors: string[] = [];
  const left = cuts.entries();
  const worker = async (): Promise<void> => {
    for (const [i, cut] of left) {
      const { messages, first } = await lived(`e2e-cut-${cut.host}-${i}`, cut).catch((cause: Error) => {
        throw new Error(`cut ${cut.where} message ${cut.at}, ${cut.host}: ${cause.message}`);
      });
      if (first.error === undefined) continue;
      errors.push(`${messages[cut.at]?.name}: ${first.error}`);
      expect(first.error).toMatch(clear);
      expect([status.UNAVAILABLE, status.FAILED_PRECONDITION]).toContain(first.code);
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  return errors;
}

let course: Seen["messages"];
beforeAll(async () => {
  course = (await lived("e2e-cut")).messages;
});

/**
 * Before an answer and inside it is as after its request, and before or after any other as inside the next request: both sides know
 * the same. That half an answer changes nothing in this is seen at every fourth.
 */
test("cut at every boundary and inside messages: the next `up` converges, nothing is orphaned or doubled", async () => {
  const places = (from: From, at: number): readonly Cut["where"][] => {
    if (from === "client") return ["inside", "after"];
    return at % 4 === 0 ? ["inside"] : [];
  };
  const cuts = course.flatMap(({ from }, at) => places(from, at).map((where): Cut => ({ at, where, host: "back" })));
  const errors = await livedThrough(cuts);
  // What only asks is asked again on a new connection, without a word.
  expect(errors.length).toBeLessThan(cuts.length / 2);
  expect(errors.length).toBeGreaterThan(cuts.length / 8);
});

test("cut before every answer, and the host stays away: the same", async () => {
  const cuts = course.flatMap(({ from }, at): Cut[] =>
    from === "server" ? [{ at, where: "before", host: "gone" }] : [],
  );
  const errors = await livedThrough(cuts);
  expect(errors.length).toBeGreaterThan(cuts.length * 0.9);
});
