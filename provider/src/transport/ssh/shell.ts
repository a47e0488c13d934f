/** Command lines of the user's own files, by the user's own shell. */
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";

/** How long a command may take to end when it is told to, in ms. */
const GRACE = 1000;

/** Starts it in a group of its own, so that all that the shell starts can be ended with it. */
export const shell = (line: string): ChildProcessWithoutNullStreams =>
  spawn(process.env["SHELL"] || "/bin/sh", ["-c", line], { stdio: "pipe", detached: true });

/** Ends it and all that it started; `ended` is kept when it has. */
export function endGroup(child: ChildProcess, ended: Promise<unknown>): void {
  signalled(child, "SIGTERM");
  const force = setTimeout(() => signalled(child, "SIGKILL"), GRACE);
  void ended.then(() => clearTimeout(force));
}

function signalled({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}
