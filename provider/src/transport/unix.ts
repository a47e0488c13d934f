/** This machine: the daemon behind a unix socket, commands as children. */
import { spawn } from "node:child_process";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { Failure } from "../failure";
import { installed, isOwn, ownFolder, programs, start } from "./ownDaemon";
import type { Command, Limits, Ran, RunOptions, Session } from "./session";
import { SYSTEM_FOLDER, socketBeside, sockets } from "./sockets";
import type { Address } from "./uri";

export function unix(address: Address, readonly = false): Session {
  let alive = true;
  const own = isOwn(address);
  // A user's own daemon has no socket for those who only look.
  const places = sockets(address, own ? ownFolder() : SYSTEM_FOLDER, readonly && !own);
  const starts = own && address.parameters.socket === undefined && process.env["LIBVIRT_AUTOSTART"] !== "0";
  let reached = "";
  return {
    get alive() {
      return alive;
    },
    open: async (limits = {}) => {
      const found = await firstThatListens(places, limits);
      const nobody = isAnswers(found) && found.every(({ code }) => code === "ENOENT" || code === "ECONNREFUSED");
      const open = starts && nobody ? await startedFor(address, places, limits) : found;
      if (isAnswers(open)) throw noSocket(open, "this machine");
      reached = open.path;
      return open.stream;
    },
    beside: async (driver, limits = {}) => {
      const path = socketBeside(reached, address, driver);
      const answer = path === undefined ? "" : await dial(path, limits);
      return typeof answer === "string" ? undefined : answer;
    },
    run: runLocally,
    close: () => {
      alive = false;
    },
  };
}

/** What each place answered instead of a connection. */
type Answers = readonly { readonly path: string; readonly code: string }[];
interface Open {
  readonly path: string;
  readonly stream: Duplex;
}
const isAnswers = (found: Open | Answers): found is Answers => Array.isArray(found);

async function firstThatListens(paths: readonly string[], limits: Limits): Promise<Open | Answers> {
  const answers: { path: string; code: string }[] = [];
  for (const path of paths) {
    const answer = await dial(path, limits);
    if (typeof answer !== "string") return { path, stream: answer };
    if (limits.signal?.aborted) throw new Failure("cancelled", "cancelled while connecting");
    answers.push({ path, code: answer });
  }
  return answers;
}

function dial(path: string, { signal }: Limits): Promise<Duplex | string> {
  return new Promise((resolve) => {
    const socket = connect({ path, ...(signal ? { signal } : {}) });
    socket.once("connect", () => resolve(socket.removeAllListeners("error")));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

/** How long a daemon may take to listen, and how often that is tried, in ms; nothing tells when it does. */
const STARTING = 10_000;
const AGAIN = 20;

/** Starts the user's own daemon and connects to it. Where two start one at once, theirs serves both. */
async function startedFor(address: Address, places: readonly string[], limits: Limits): Promise<Open> {
  const names = programs(address);
  const program = installed(names);
  if (!program)
    throw new Failure(
      "connection",
      `this user has no libvirt running, and none to start: no ${names.join(", no ")} is installed`,
      {
        remedy: "Install libvirt (Debian: `apt install libvirt-daemon qemu-system`), or use `qemu:///system`",
      },
    );
  const ended = start(program);
  const deadline = Math.min(limits.deadline ?? Number.POSITIVE_INFINITY, Date.now() + STARTING);
  while (Date.now() < deadline) {
    await pause(AGAIN);
    const found = await firstThatListens(places, limits);
    if (!isAnswers(found)) return found;
  }
  const end = ended();
  throw new Failure(
    "connection",
    `${program} was started for this user but does not listen${end ? `: it ended (${end})` : ""}`,
    {
      remedy: `Start it by hand to see what it says: \`${program} --timeout=120\``,
    },
  );
}

/** Why no daemon was reached, from what each place answered (`ENOENT`, `EACCES`, `ECONNREFUSED`). */
export function noSocket(answers: Answers, where: string): Failure {
  const denied = answers.find(({ code }) => code === "EACCES");
  if (denied)
    return new Failure("denied", `permission to use libvirt's socket ${denied.path} was denied`, {
      remedy:
        "Log in as root or as a member of the group that owns the socket (usually `libvirt`: `usermod -aG libvirt USER`); to look only, set `readonly: true` for the host",
    });
  const places = answers.map(({ path }) => path).join(" or ");
  if (answers.some(({ code }) => code === "ECONNREFUSED"))
    return new Failure("connection", `nobody listens at libvirt's socket ${places}`, {
      remedy: `Start libvirt on ${where}: \`systemctl start libvirtd\` (or \`virtqemud.socket\` where the daemons are modular)`,
    });
  const others = answers.filter(({ code }) => code !== "ENOENT").map(({ path, code }) => `${path}: ${code}`);
  return new Failure(
    "connection",
    `there is no libvirt socket at ${places}${others.length ? ` (${others.join(", ")})` : ""}`,
    {
      remedy: `Install and start libvirt on ${where} (Debian: \`apt install libvirt-daemon-system qemu-system\`), or name the socket with \`?socket=\` in the URI`,
    },
  );
}

export function runLocally(
  [program, ...args]: Command,
  { input, onOutput, signal, deadline }: RunOptions = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const time = deadline === undefined ? [] : [AbortSignal.timeout(Math.max(deadline - Date.now(), 0))];
    const ends = [...(signal ? [signal] : []), ...time];
    const child = spawn(program, args, { stdio: "pipe", ...(ends.length ? { signal: AbortSignal.any(ends) } : {}) });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => {
      stdout.push(chunk);
      onOutput?.(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.once("error", (cause) => reject(notRun(program, cause, signal)));
    let broke: { why: unknown } | undefined;
    child.once("close", (code) => {
      if (broke) reject(broke.why);
      else resolve({ code: code ?? -1, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() });
    });
    feed(child.stdin, input, (why) => {
      broke = { why };
      child.kill();
    });
  });
}

function notRun(program: string, cause: Error, signal: AbortSignal | undefined): Failure {
  if (cause.name !== "AbortError")
    return new Failure("unsupported", `\`${program}\` could not be run (${cause.message})`, { cause });
  return signal?.aborted
    ? new Failure("cancelled", `\`${program}\` was stopped`)
    : new Failure("timeout", `\`${program}\` did not end before the deadline`);
}

/**
 * Writes the input and closes it. A command that does not want it all is no failure: its exit code tells. Of a source that breaks
 * `broken` is told, before the command could take what came of it for all.
 */
export function feed(stdin: NodeJS.WritableStream, input: RunOptions["input"], broken: (why: unknown) => void): void {
  if (input === undefined) stdin.end();
  else if (input instanceof Uint8Array) stdin.on("error", () => undefined).end(input);
  else pipeline(Readable.from(watched(input, broken), { objectMode: false }), stdin).catch(() => undefined);
}

async function* watched(source: AsyncIterable<Uint8Array>, broken: (why: unknown) => void): AsyncIterable<Uint8Array> {
  try {
    yield* source;
  } catch (why) {
    broken(why);
  }
}
