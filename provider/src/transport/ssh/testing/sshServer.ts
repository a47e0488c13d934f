/** An ssh server on the loopback, for what a real one cannot be made to do. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, connect as dial } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2, { type AuthContext, type Connection, type TcpipRequestInfo } from "ssh2";

/** What it does otherwise than to let everybody in and to forward what is asked for. */
export interface Manners {
  readonly authenticates?: (attempt: AuthContext) => void;
  /** Given each login. */
  readonly serves?: (connection: Connection) => void;
}

export interface SshServer {
  readonly port: number;
  /** Its host key, as `ssh.hostKey` pins it. */
  readonly hostKey: string;
  /** Ways to log in that were tried, in order. */
  readonly attempts: readonly string[];
  /** Logins that are open. */
  readonly open: ReadonlySet<Connection>;
  /** Resolves when the last login has ended. */
  readonly left: () => Promise<void>;
  close(): Promise<void>;
}

/** A private key in a file of its own. */
export interface KeyPair {
  readonly file: string;
  /** `type base64` */
  readonly public: string;
  readonly private: string;
}

/** Keys that are gone with `forget`. */
export function keyring() {
  const folder = mkdtempSync(join(tmpdir(), "keyring-"));
  return {
    folder,
    key(name: string, passphrase = ""): KeyPair {
      const file = join(folder, name);
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-C", name, "-f", file]);
      const [type, bytes] = readFileSync(`${file}.pub`, "utf8").split(" ");
      return { file, public: `${type} ${bytes}`, private: readFileSync(file, "utf8") };
    },
    forget: () => rmSync(folder, { recursive: true }),
  };
}

export async function sshServer(host: KeyPair, { authenticates, serves }: Manners = {}): Promise<SshServer> {
  const attempts: string[] = [];
  const open = new Set<Connection>();
  let emptied: () => void = () => undefined;
  const server = new ssh2.Server({ hostKeys: [host.private] }, (connection) => {
    open.add(connection);
    connection.on("error", () => undefined);
    connection.on("close", () => {
      open.delete(connection);
      if (open.size === 0) emptied();
    });
    connection.on("authentication", (attempt) => {
      if (attempt.method !== "none") attempts.push(attempt.method);
      if (authenticates) authenticates(attempt);
      else attempt.accept();
    });
    if (serves) serves(connection);
    else connection.on("tcpip", forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    hostKey: host.public,
    attempts,
    open,
    left: () =>
      open.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            emptied = resolve;
          }),
    close: async () => {
      for (const connection of open) connection.end();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** As sshd does: a channel to whom the client names. */
const forwarded = (
  accept: () => NodeJS.ReadWriteStream | undefined,
  reject: () => void,
  { destIP, destPort }: TcpipRequestInfo,
): void => {
  const socket = dial({ host: destIP, port: destPort });
  socket.once("error", reject);
  socket.once("connect", () => {
    const channel = accept();
    channel?.pipe(socket.removeAllListeners("error").on("error", () => undefined)).pipe(channel);
    channel?.on("close", () => socket.destroy());
  });
};
