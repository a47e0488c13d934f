/** Another sshd on a lab host, with settings of the test's own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { on } from "../lab/lab";

export interface Sshd {
  readonly port: number;
  /** What it wrote. */
  log(): string;
  stop(): Promise<void>;
}

const onHost = resolve(__dirname, "../lab/on.sh");

/** Starts it; it takes root by the lab's key unless `settings` says otherwise (the first value wins). */
export async function sshd(
  host: string,
  port: number,
  hostKey: string,
  settings: readonly string[] = [],
): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), "sshd-"));
  const config = join(folder, "config");
  const base = [
    `HostKey "${hostKey}"`,
    "AuthorizedKeysFile /run/lab/authorized_keys",
    "StrictModes no",
    `PidFile "${join(folder, "pid")}"`,
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "UsePAM no",
    "Subsystem sftp internal-sftp",
  ];
  writeFileSync(config, [...settings, `Port ${port}`, ...base].join("\n"));
  const child = spawn(onHost, [host, "/usr/sbin/sshd", "-D", "-e", "-f", config], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  const ended = once(child, "exit");
  while (!said.includes("Server listening")) {
    const over = await Promise.race([once(child.stderr, "data").then(() => false), ended.then(() => true)]);
    if (over) throw new Error(`sshd did not start: ${said}`);
  }
  return {
    port,
    log: () => said,
    stop: async () => {
      await on(host, "kill", readFileSync(join(folder, "pid"), "utf8").trim());
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
