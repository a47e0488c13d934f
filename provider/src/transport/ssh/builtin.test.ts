import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import ssh2, { type Connection } from "ssh2";
import { parseUri } from "../uri";
import { builtin } from "./builtin";
import type { Login } from "./login";
import type { SshOptions } from "./options";
import { prepare } from "./prepare";
import { type KeyPair, keyring, type Manners, type SshServer, sshServer } from "./testing/sshServer";

const keys = keyring();
let hostKey: KeyPair;
let userKey: KeyPair;
const servers: { close(): unknown }[] = [];
const logins: Login[] = [];
beforeAll(() => {
  hostKey = keys.key("host");
  userKey = keys.key("user");
});
afterEach(async () => {
  for (const login of logins.splice(0)) login.close();
  for (const server of servers.splice(0)) await server.close();
});
afterAll(() => keys.forget());

async function server(manners: Manners = {}): Promise<SshServer> {
  const started = await sshServer(hostKey, manners);
  servers.push(started);
  return started;
}
/** Logs in to the loopback's port as the options say. */
async function enter(port: number, options: SshOptions, more = "", limits = {}): Promise<Login> {
  const address = parseUri(`qemu+ssh://me@127.0.0.1:${port}/system?${more}`);
  const prepared = await prepare(address, { configFile: "none", agent: "none", ...options }, ssh2, limits);
  const login = await builtin(prepared, limits, ssh2);
  logins.push(login);
  return login;
}
const named = () => ({ privateKey: userKey.private, hostKey: hostKey.public });
/** What is not there, so that no file knows the server. */
const nothing = () => join(keys.folder, "nothing");

describe("a password", () => {
  test("is told to a host that is known, also where it is asked for", async () => {
    for (const [way, method] of [
      ["", "password"],
      ["sshauth=keyboard-interactive", "keyboard-interactive"],
    ] as const) {
      const { port, attempts } = await server();
      await enter(port, { hostKey: hostKey.public, password: "sesame" }, way);
      expect(attempts).toEqual([method]);
    }
  });

  test.each([
    ["of which nothing is known, though nobody checks", "no_verify=1", () => "", /not known/],
    [
      "that shows another key than before, though nobody checks",
      "known_hosts_verify=ignore",
      () => keys.key(`other-${Math.random()}`).public,
      /has changed/,
    ],
    ["whose key is revoked", "no_verify=1", () => "@revoked", /is revoked/],
  ])("is not told to a host %s", async (_, more, known, problem) => {
    const { port, attempts } = await server();
    const knownHosts = join(keys.folder, `known-${port}`);
    const line = known();
    writeFileSync(
      knownHosts,
      line === "@revoked" ? `@revoked * ${hostKey.public}\n` : line ? `[127.0.0.1]:${port} ${line}\n` : "",
    );
    for (const way of ["", "&sshauth=keyboard-interactive"])
      await expect(enter(port, { knownHosts, password: "sesame" }, more + way)).rejects.toMatchObject({
        code: "denied",
        problem: expect.stringMatching(problem),
      });
    expect(attempts).toEqual([]);
  });

  test("stays untold where a key is offered, too; what is refused says why", async () => {
    const { port, attempts } = await server({ authenticates: (attempt) => attempt.reject(["publickey", "password"]) });
    const asked = enter(
      port,
      { privateKey: userKey.private, knownHosts: nothing(), password: "sesame" },
      "no_verify=1",
    );
    await expect(asked).rejects.toMatchObject({
      code: "denied",
      problem: expect.stringMatching(/refused user me; .*not offered: the password \(its host key is not known/),
    });
    expect(attempts).toEqual(["publickey"]);
  });
});

test("a key is offered to any host where nobody checks", async () => {
  const { port } = await server();
  const login = await enter(port, { privateKey: userKey.private, knownHosts: nothing() }, "no_verify=1");
  expect(login.alive).toBe(true);
});

describe("a host in between", () => {
  const through = (hop: SshServer, target: SshServer) =>
    enter(target.port, {
      ...named(),
      jumpHosts: [{ host: "127.0.0.1", port: hop.port, user: "me", ...named() }],
    });
  const ended = (connection: Connection | undefined) =>
    new Promise<void>((resolve) => {
      if (connection) connection.once("close", () => resolve());
      else resolve();
    });

  test("is left when the target is", async () => {
    const [hop, target] = [await server(), await server()];
    const login = await through(hop, target);
    expect([hop.open.size, target.open.size]).toEqual([1, 1]);
    login.close();
    await Promise.all([hop.left(), target.left()]);
  });

  test("is left when the target ends the session", async () => {
    const [hop, target] = [await server(), await server()];
    await through(hop, target);
    for (const connection of target.open) connection.end();
    await hop.left();
  });

  test("takes the session with it when it is cut, and nothing else", async () => {
    const [hop, target] = [await server(), await server()];
    const login = await through(hop, target);
    const over = [...target.open].map(ended);
    for (const connection of hop.open) cut(connection);
    await Promise.all(over);
    await expect(login.run(["true"])).rejects.toMatchObject({ code: "connection" });
    expect(login.alive).toBe(false);
  });
});
/** Ends the socket beneath without a word of goodbye. */
const cut = (connection: Connection): void => {
  (connection as unknown as { _sock: { resetAndDestroy(): void } })._sock.resetAndDestroy();
};

describe("a phase that does not end is given up at the deadline, and when the user asks", () => {
  /** Accepts, and says nothing. */
  async function silent(): Promise<number> {
    const quiet: Server = createServer((socket) => socket.on("error", () => undefined).resume());
    await new Promise<void>((resolve) => quiet.listen(0, "127.0.0.1", resolve));
    servers.push(quiet);
    return (quiet.address() as AddressInfo).port;
  }
  const hears = (connection: Connection) =>
    connection.on("session", () => undefined).on("openssh.streamlocal", () => undefined);
  const mute = () => server({ authenticates: () => undefined });
  const closed = () => server({ serves: (connection) => connection.on("tcpip", () => undefined) });
  const jump = async (limits: object) =>
    enter(
      1,
      { ...named(), jumpHosts: [{ host: "127.0.0.1", port: (await closed()).port, user: "me", ...named() }] },
      "",
      limits,
    );
  const proxied = (limits: object) => {
    const configFile = join(keys.folder, "proxied");
    writeFileSync(configFile, `ProxyCommand sh -c "trap '' TERM; sleep 600 | sleep 600"\n`);
    return enter(1, { ...named(), configFile }, "", limits);
  };
  const matching = (limits: object) => {
    const configFile = join(keys.folder, "matching");
    writeFileSync(configFile, "Match exec \"trap '' TERM; sleep 600 | sleep 600\"\n");
    return enter(1, { ...named(), configFile }, "", limits);
  };
  const deaf = async (limits: object, use: (login: Login, limits: object) => Promise<unknown>) =>
    use(await enter((await server({ serves: hears })).port, named()), limits);

  test.each<[string, (limits: object) => Promise<unknown>]>([
    ["the handshake", async (limits) => enter(await silent(), named(), "", limits)],
    ["a command of `Match exec`", matching],
    ["a ProxyCommand", proxied],
    ["logging in", async (limits) => enter((await mute()).port, named(), "", limits)],
    ["a jump host's way to the next", jump],
    ["a command's channel", (limits) => deaf(limits, (login, each) => login.run(["true"], each))],
    ["a stream's channel", (limits) => deaf(limits, (login, each) => login.start(["true"], each))],
    ["a socket's channel", (limits) => deaf(limits, async (login, each) => login.forward?.("/run/x", each))],
  ])("%s", async (_, begin) => {
    await expect(begin({ deadline: Date.now() + 300 })).rejects.toMatchObject({
      code: expect.stringMatching(/^(connection|timeout)$/),
      problem: expect.stringMatching(/in time|deadline/),
    });
    const abort = new AbortController();
    const left = begin({ signal: abort.signal });
    setTimeout(() => abort.abort(), 100);
    await expect(left).rejects.toMatchObject({ code: "cancelled" });
  });
});

describe("ProxyJump", () => {
  const prepared = (config: string) => {
    const configFile = join(keys.folder, "config");
    writeFileSync(configFile, config);
    return prepare(parseUri("qemu+ssh://me@a/system"), { configFile, ...named(), agent: "none" }, ssh2);
  };

  test("in a circle is refused, with the whole circle", async () => {
    await expect(
      prepared("Host a\n ProxyJump b\nHost b\n ProxyJump me@c\nHost c\n ProxyJump me@a"),
    ).rejects.toMatchObject({
      code: "invalid",
      problem:
        "ProxyJump leads in a circle: a port 22, then through b port 22, then through c port 22, then through a port 22",
    });
    await expect(prepared("Host *\n ProxyJump me@bastion")).rejects.toMatchObject({ code: "invalid" });
  });

  test("twice through one host in a row of hosts is none", async () => {
    await expect(prepared("Host a\n ProxyJump me@b:2222,me@c,me@b:2222")).resolves.toMatchObject({
      hops: [{ hops: [] }, { hops: [] }, { hops: [] }],
    });
  });
});
