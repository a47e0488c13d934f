/** The daemon that a user has for himself (`qemu:///session`): where it listens, and how it is started. */
import { spawn } from "node:child_process";
import { accessSync, constants, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { Address } from "./uri";

/** Whether an address means it. libvirt gives root none: root's session is the system. */
export const isOwn = ({ driver, path }: Address): boolean =>
  process.geteuid?.() !== 0 && (path === "/session" || driver === "test");

/** The folder of its sockets. */
export const ownFolder = (): string =>
  join(process.env["XDG_RUNTIME_DIR"] || process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "libvirt");

/** The programs that serve this address, best first. */
export function programs({ driver, parameters: { mode } }: Address): readonly string[] {
  const direct = mode === "legacy" ? [] : [`virt${driver}d`];
  const legacy = mode === "direct" ? [] : ["libvirtd"];
  return [...direct, ...legacy];
}

/** Where daemons are, though a user's PATH may not say so. */
const SYSTEM_PATH = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** The path of the first of these programs that is installed. */
export function installed(names: readonly string[]): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter).filter(Boolean), ...SYSTEM_PATH];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What a daemon is told of our environment: it outlives us, and our secrets are none of its business. */
const PASSED = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "TMPDIR",
  "LD_LIBRARY_PATH",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
  "XDG_RUNTIME_DIR",
];

/** Starts it; it ends by itself when nobody needed it for two minutes. Gives what tells how it ended, if it has. */
export function start(program: string): () => string | undefined {
  mkdirSync(ownFolder(), { recursive: true, mode: 0o700 });
  const env = Object.fromEntries(PASSED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
  const daemon = spawn(program, ["--timeout=120"], { cwd: "/", detached: true, stdio: "ignore", env });
  let end: string | undefined;
  daemon.once("error", (cause) => {
    end = cause.message;
  });
  daemon.once("exit", (code, signal) => {
    end = signal ?? `code ${code}`;
  });
  daemon.unref();
  return () => end;
}
