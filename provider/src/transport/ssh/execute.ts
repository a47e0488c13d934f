/** Commands over ssh. */
import { setMaxListeners } from "node:events";
import type { Client, ClientChannel } from "ssh2";
import { Failure } from "../../failure";
import type { Command, Limits, Ran, RunOptions } from "../session";
import { feed } from "../unix";
import { channel, isRefusal, type Wanted } from "./channel";
import type { Started } from "./login";
import { quote } from "./quote";

/**
 * Says its process id before it becomes the command. sshd passes no signal on to what root runs, and
 * a closed channel does not end a command that neither reads nor writes: only its id lets us stop it.
 */
const ANNOUNCED = ["sh", "-c", 'echo "$$" && exec "$@"', "sh"];
/** What a shell returns when there is no such command. */
const NOT_FOUND = 127;
/** What ssh2 says where the host was told to start it and did not answer that. */
const UNANSWERED = /^Unable to exec/;

/** Runs a command on the host. ssh hands it to the user's shell as one text, so every word is quoted. */
export async function execute(client: Client, command: Command, options: RunOptions): Promise<Ran> {
  const [program] = command;
  if (options.signal?.aborted) throw new Failure("cancelled", `\`${program}\` was not started`);
  const wanted = asked(client, program, quote([...ANNOUNCED, ...command]));
  return await channel(
    {
      ...wanted,
      refused: (cause) =>
        UNANSWERED.test(cause.message)
          ? new Failure("lost", `it is not known whether \`${program}\` was started`, { cause })
          : wanted.refused(cause),
      use: (opened) => follow(client, opened, program, options),
    },
    options,
  );
}

/** Starts a command whose input and output are a byte stream. */
export const start = (client: Client, command: Command, limits: Limits): Promise<Started> =>
  channel({ ...asked(client, command[0], quote(command)), use: started }, limits);

function started(stream: ClientChannel): Started {
  const said: Buffer[] = [];
  stream.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  // Not only by `close`: that comes after whoever reads has seen the end, and may be waiting for this.
  const ended = new Promise<{ code: number; stderr: string }>((done) => {
    const tell = (code: number) => setImmediate(() => done({ code, stderr: Buffer.concat(said).toString() }));
    stream.once("exit", (status: number | null) => tell(status ?? -1));
    stream.once("close", () => tell(-1));
  });
  return { stream, ended };
}

/** The channel in which the line runs. */
const asked = (client: Client, program: string, line: string): Omit<Wanted<never>, "use"> => ({
  place: `the host's sshd, asked to start \`${program}\`,`,
  ask: (told) => client.exec(line, told),
  refused: (cause) => (isRefusal(cause) ? noSession(program, cause) : notStarted(program, cause)),
  late: () => late(program),
});

const noSession = (program: string, cause: Error): Failure =>
  new Failure("busy", `sshd opens no session in which \`${program}\` could run (${cause.message})`, {
    remedy: "Allow sessions in the host's sshd_config (MaxSessions, at least 1)",
    cause,
  });

const notStarted = (program: string, cause: Error): Failure =>
  new Failure("connection", `\`${program}\` could not be started: the ssh session is gone`, { cause });

const late = (program: string): Failure => new Failure("timeout", `\`${program}\` did not end before the deadline`);

function follow(
  client: Client,
  ran: ClientChannel,
  program: string,
  { input, onOutput, signal, deadline }: RunOptions,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const output = afterFirstLine((chunk) => {
      stdout.push(chunk);
      onOutput?.(chunk);
    });
    let code: number | undefined;
    let stopped: { why: unknown } | undefined;
    const end = (why: unknown) => {
      stopped ??= { why };
      const id = output.line();
      if (id !== undefined) kill(client, id);
    };
    const stop = (failure: Failure) => {
      end(failure);
      ran.close();
      settle();
    };
    const aborted = () => stop(new Failure("cancelled", `\`${program}\` was stopped`));
    const timer =
      deadline === undefined ? undefined : setTimeout(() => stop(late(program)), Math.max(deadline - Date.now(), 0));
    if (signal) setMaxListeners(0, signal); // One signal ends any number of commands: not the leak that Node suspects.
    signal?.addEventListener("abort", aborted, { once: true });
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", aborted);
      const said = Buffer.concat(stderr).toString();
      if (stopped) reject(stopped.why);
      else if (code === undefined) reject(new Failure("lost", `the ssh session ended while \`${program}\` ran`));
      else if (code === NOT_FOUND && stdout.length === 0)
        reject(
          new Failure("unsupported", `\`${program}\` could not be run (${said.trim()})`, {
            remedy: "Install it on the host",
          }),
        );
      else resolve({ code, stdout: Buffer.concat(stdout), stderr: said });
    };
    ran.on("data", output.take);
    ran.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    ran.once("exit", (status: number | null) => {
      code = status ?? -1;
    });
    ran.once("close", settle);
    feed(ran, input, end);
  });
}

/** Keeps the first line to itself and passes the rest on. */
function afterFirstLine(rest: (chunk: Buffer) => void) {
  let head = Buffer.alloc(0);
  let first: string | undefined;
  return {
    line: () => first,
    take: (chunk: Buffer) => {
      if (first !== undefined) return rest(chunk);
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\n");
      if (end < 0) return;
      first = head.toString("latin1", 0, end);
      if (end + 1 < head.length) rest(head.subarray(end + 1));
    },
  };
}

/** Asks the command to end. Whether it does is not waited for: the caller has given it up. */
function kill(client: Client, id: string): void {
  try {
    client.exec(quote(["kill", "-TERM", id]), (_, killing) => killing?.resume());
  } catch {
    // The session is gone, and its commands with it.
  }
}
