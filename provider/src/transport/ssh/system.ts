/** The machine's own ssh as the client: a process for each command, with all that OpenSSH can do. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { userInfo } from "node:os";
import { Failure } from "../../failure";
import type { Command, Ran, RunOptions } from "../session";
import { runLocally } from "../unix";
import type { Address } from "../uri";
import { childStream } from "./childStream";
import { commandLines } from "./config";
import { discreet } from "./discreet";
import type { Login, Started } from "./login";
import type { SshOptions } from "./options";
import { quote } from "./quote";
import { systemArguments } from "./systemArguments";

/** What ssh itself returns when it fails. */
const ITS_OWN = 255;

export function system(address: Address, options: SshOptions, program: string): Login {
  const { words, forget } = systemArguments(address, options);
  const running = new Set<ChildProcessWithoutNullStreams>();
  let alive = true;
  // What it says itself may quote the user's own commands.
  const withheld = (said: string): string => discreet(said, commandLines(options.configFile));
  const line = (command: Command): [string, ...string[]] => [program, ...words, quote(command)];
  return {
    get alive() {
      return alive;
    },
    username: options.user ?? address.user ?? userInfo().username,
    start: async (command) => {
      const [file, ...args] = line(command);
      const child = spawn(file, args, { stdio: "pipe" });
      running.add(child);
      return started(child, withheld, () => running.delete(child));
    },
    run: async (command: Command, limits: RunOptions = {}): Promise<Ran> => {
      const ran = await runLocally(line(command), limits);
      if (ran.code === ITS_OWN) throw explained(withheld(ran.stderr), address);
      return ran;
    },
    close: () => {
      alive = false;
      for (const child of running) child.kill();
      forget();
    },
  };
}

function started(child: ChildProcessWithoutNullStreams, withheld: (said: string) => string, gone: () => void): Started {
  const said: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  const stream = childStream(child);
  stream.once("close", () => child.kill());
  const ended = new Promise<{ code: number; stderr: string }>((resolve) =>
    child.once("close", (code) => {
      gone();
      const stderr = Buffer.concat(said).toString();
      resolve({ code: code ?? -1, stderr: code === ITS_OWN ? withheld(stderr) : stderr });
    }),
  );
  return { stream, ended };
}

/** OpenSSH says in words what went wrong. */
const MEANINGS = [
  [
    /host key verification failed|no .* host key is known|host identification has changed/i,
    "denied",
    "Add the host's key to known_hosts once its fingerprint was compared, or pin it with `ssh.hostKey`",
  ],
  [
    /permission denied|too many authentication failures/i,
    "denied",
    "`ssh USER@HOST true` must work without being asked for anything: nobody is there to answer",
  ],
  [
    /no matching|unable to negotiate/i,
    "unsupported",
    "Renew the host's sshd, or allow its algorithms in ~/.ssh/config",
  ],
] as const;

function explained(stderr: string, { host }: Address): Failure {
  const said = stderr.trim().replace(/\s*\r?\n\s*/g, "; ") || "nothing";
  const [, code, remedy] = MEANINGS.find(([pattern]) => pattern.test(said)) ?? [
    undefined,
    "connection" as const,
    "Check the host's name and port, that it is up and that its sshd listens there",
  ];
  return new Failure(code, `the system's ssh did not get to ${host}: it said ${said}`, { remedy });
}
