/** This machine: the daemon behind a unix socket, commands as children. */
import { spawn } from "node:child_process";
import { connect } from "node:net";
import { userInfo } from "node:os";
import type { Duplex } from "node:stream";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Failure } from "../failure";
import type { Command, Limits, Ran, RunOptions, Session } from "./session";
import { SYSTEM_FOLDER, sockets } from "./sockets";
import type { Address } from "./uri";

export function unix(address: Address): Session {
  let alive = true;
  return {
    get alive() {
      return alive;
    },
    open: (limits = {}) => firstThatListens(sockets(address, folderOf(address)), limits),
    run: runLocally,
    close: () => {
      alive = false;
    },
  };
}

/** A session daemon keeps its sockets with the user's own runtime files. */
function folderOf({ path }: Address): string {
  if (path !== "/session") return SYSTEM_FOLDER;
  return `${process.env["XDG_RUNTIME_DIR"] ?? `/run/user/${userInfo().uid}`}/libvirt`;
}

async function firstThatListens(paths: readonly string[], limits: Limits): Promise<Duplex> {
  const answers: { path: string; code: string }[] = [];
  for (const path of paths) {
    const answer = await dial(path, limits);
    if (typeof answer !== "string") return answer;
    answers.push({ path, code: answer });
  }
  throw noSocket(answers, "this machine");
}

function dial(path: string, { signal }: Limits): Promise<Duplex | string> {
  return new Promise((resolve) => {
    const socket = connect({ path, ...(signal ? { signal } : {}) });
    socket.once("connect", () => resolve(socket.removeAllListeners("error")));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

/** Why no daemon was reached, from what each place answered (`ENOENT`, `EACCES`, `ECONNREFUSED`). */
export function noSocket(answers: readonly { path: string; code: string }[], where: string): Failure {
  const denied = answers.find(({ code }) => code === "EACCES");
  if (denied)
    return new Failure("denied", `permission to use libvirt's socket ${denied.path} was denied`, {
      remedy:
        "Log in as root or as a member of the group that owns the socket (usually `libvirt`: `usermod -aG libvirt USER`)",
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

function runLocally([program, ...args]: Command, { input, onOutput, signal, deadline }: RunOptions = {}): Promise<Ran> {
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
    child.once("close", (code) =>
      resolve({ code: code ?? -1, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }),
    );
    feed(child.stdin, input);
  });
}

function notRun(program: string, cause: Error, signal: AbortSignal | undefined): Failure {
  if (cause.name !== "AbortError")
    return new Failure("unsupported", `\`${program}\` could not be run (${cause.message})`, { cause });
  return signal?.aborted
    ? new Failure("cancelled", `\`${program}\` was stopped`)
    : new Failure("timeout", `\`${program}\` did not end before the deadline`);
}

/** Writes the input and closes it. A command that does not want it all is no failure: its exit code tells. */
export function feed(stdin: NodeJS.WritableStream, input: RunOptions["input"]): void {
  if (input === undefined) stdin.end();
  else if (input instanceof Uint8Array) stdin.on("error", () => undefined).end(input);
  else pipeline(Readable.from(input, { objectMode: false }), stdin).catch(() => undefined);
}
