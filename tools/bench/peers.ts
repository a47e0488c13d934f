/** What our figures are held against: virsh and ssh, as the lab's files let them reach a host. */
import { spawnSync } from "node:child_process";
import type { Cost } from "./pairs";

/** A variable of `.lab/env`, which the caller has sourced. */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: source .lab/env`);
  return value;
}

const TIMES = /(\S+) (\S+) (\S+)\n$/;

/** Runs a command line of bash, whose own clock says what it cost; its standard input may be a text or a file descriptor. */
export function run(line: string, stdin: string | number = ""): Cost {
  const given = typeof stdin === "string" ? { input: stdin } : { stdio: [stdin, "ignore", "pipe"] as const };
  const { status, stderr } = spawnSync("bash", ["-c", `TIMEFORMAT='%R %U %S'; time { ${line}; }`], {
    ...(given as { input: string }),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const [, wall, user, system] = TIMES.exec(stderr) ?? [];
  if (status !== 0 || wall === undefined) throw new Error(`${line}: ${stderr}`);
  return { wall: Number(wall), cpu: Number(user) + Number(system) };
}

/** A line that runs `command` on a lab host by the system's ssh, with the cipher that our own client takes. */
export const ssh = (host: string, command: string): string =>
  `ssh -F '${setting("LAB_SSH_CONFIG")}' -c aes128-gcm@openssh.com ${host} '${command}'`;

/** One virsh session over ssh that reads these commands. */
export const virsh = (commands: readonly string[]): Cost =>
  run(`virsh -q -c '${setting("KVM_URI")}' >/dev/null`, `${commands.join("\n")}\n`);
