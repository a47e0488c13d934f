/** Commands over ssh. */
import { setMaxListeners } from "node:events";
import type { Client, ClientChannel } from "ssh2";
import { Failure } from "../../failure";
import type { Command, Ran, RunOptions } from "../session";
import { feed } from "../unix";
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
export function execute(client: Client, command: Command, options: RunOptions): Promise<Ran> {
  const [program] = command;
  if (options.signal?.aborted) throw new Failure("cancelled", `\`${program}\` was not started`);
  return new Promise((resolve, reject) => {
    const broken = (cause: unknown) =>
      reject(new Failure("connection", `\`${program}\` could not be started: the ssh session is gone`, { cause }));
    const line = quote([...ANNOUNCED, ...command]);
    try {
      client.exec(line, (error, channel) => {
        if (error && UNANSWERED.test(error.message))
          return reject(new Failure("lost", `it is not known whether \`${program}\` was started`, { cause: error }));
        if (error) return broken(error);
        follow(client, channel, program, options).then(resolve, reject);
        feed(channel, options.input);
      });
    } catch (cause) {
      broken(cause); // ssh2 throws when the session is gone.
    }
  });
}

/** Starts a command whose input and output are a byte stream. */
export function start(client: Client, command: Command): Promise<Started> {
  return new Promise((resolve, reject) => {
    const broken = (cause: unknown) =>
      reject(new Failure("connection", `\`${command[0]}\` could not be started: the ssh session is gone`, { cause }));
    try {
      client.exec(quote(command), (error, channel) => {
        if (error) return broken(error);
        const said: Buffer[] = [];
        channel.stderr.on("data", (chunk: Buffer) => said.push(chunk));
        // Not only by `close`: that comes after whoever reads has seen the end, and may be waiting for this.
        const ended = new Promise<{ code: number; stderr: string }>((done) => {
          const tell = (code: number) => setImmediate(() => done({ code, stderr: Buffer.concat(said).toString() }));
          channel.once("exit", (status: number | null) => tell(status ?? -1));
          channel.once("close", () => tell(-1));
        });
        resolve({ stream: channel, ended });
      });
    } catch (cause) {
      broken(cause); // ssh2 throws when the session is gone.
    }
  });
}

function follow(
  client: Client,
  channel: ClientChannel,
  program: string,
  { onOutput, signal, deadline }: RunOptions,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const output = afterFirstLine((chunk) => {
      stdout.push(chunk);
      onOutput?.(chunk);
    });
    let code: number | undefined;
    let stopped: Failure | undefined;
    const stop = (failure: Failure) => {
      stopped ??= failure;
      const id = output.line();
      if (id !== undefined) kill(client, id);
      channel.close();
      settle();
    };
    const aborted = () => stop(new Failure("cancelled", `\`${program}\` was stopped`));
    const late = () => stop(new Failure("timeout", `\`${program}\` did not end before the deadline`));
    const timer = deadline === undefined ? undefined : setTimeout(late, Math.max(deadline - Date.now(), 0));
    if (signal) setMaxListeners(0, signal); // One signal ends any number of commands: not the leak that Node suspects.
    signal?.addEventListener("abort", aborted, { once: true });
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", aborted);
      const said = Buffer.concat(stderr).toString();
      if (stopped) reject(stopped);
      else if (code === undefined) reject(new Failure("lost", `the ssh session ended while \`${program}\` ran`));
      else if (code === NOT_FOUND && stdout.length === 0)
        reject(
          new Failure("unsupported", `\`${program}\` could not be run (${said.trim()})`, {
            remedy: "Install it on the host",
          }),
        );
      else resolve({ code, stdout: Buffer.concat(stdout), stderr: said });
    };
    channel.on("data", output.take);
    channel.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    channel.once("exit", (status: number | null) => {
      code = status ?? -1;
    });
    channel.once("close", settle);
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
    client.exec(quote(["kill", "-TERM", id]), (_, channel) => channel?.resume());
  } catch {
    // The session is gone, and its commands with it.
  }
}
