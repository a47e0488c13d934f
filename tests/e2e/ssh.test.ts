/** ssh as people have it: their configuration, the hosts in between, and each way to prove who they are. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Host, type HostSettings, openHosts } from "../../provider/src/host";
import { lab, on } from "../lab/lab";
import { type Sshd, sshd } from "./sshd";

jest.setTimeout(60_000);

const here = lab();
const { own, beta } = here;
const PASSWORD = "correct horse";
let folder: string;
let open: Host[] = [];
let servers: Sshd[] = [];

const file = (name: string): string => join(folder, name);
const publicKey = (name: string): string =>
  readFileSync(`${file(name)}.pub`, "utf8")
    .split(" ")
    .slice(0, 2)
    .join(" ");
function written(name: string, text: string): string {
  writeFileSync(file(name), text);
  return file(name);
}
function key(name: string, phrase = ""): string {
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", phrase, "-f", file(name)]);
  return file(name);
}
async function server(port: number, settings: readonly string[] = [], hostKey = "server"): Promise<Sshd> {
  const started = await sshd(own.name, port, file(hostKey), settings);
  servers.push(started);
  return started;
}
/** What the host calls itself, or why it was not reached. */
async function reached(uri: string, ssh: NonNullable<HostSettings["ssh"]> = {}): Promise<string> {
  const host = openHosts({ there: { uri, ssh } }).get();
  open.push(host);
  return host.call("connectGetHostname", {}, { deadline: Date.now() + 40_000 }).then(
    ({ hostname }) => hostname,
    (failure) => `${failure.code}: ${failure.message}`,
  );
}
const config = (text: string) => ({ configFile: written(`config-${open.length}`, text) });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ssh-"));
  key("server");
  key("stranger");
  key("locked", "sesame");
});
afterEach(async () => {
  for (const host of open) await host.close();
  for (const running of servers) await running.stop();
  open = [];
  servers = [];
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("the user's configuration", () => {
  test("names the host, its port, its user, its key and its key's name", async () => {
    await server(2301);
    const known = written("known-alias", `there ${publicKey("server")}\n`);
    const ssh = config(
      `Host web\n HostName ${own.address}\n Port 2301\n User root\n IdentityFile ${here.key}\n HostKeyAlias there\n UserKnownHostsFile ${known}\n`,
    );
    expect(await reached("qemu+ssh://web/system", ssh)).toBe(own.name);
  });

  test("an unknown key is accepted and written down where it says accept-new, and a changed one is not", async () => {
    await server(2301);
    const known = written("known-new", "");
    const text = `Host *\n Port 2301\n IdentityFile ${here.key}\n UserKnownHostsFile ${known}\n GlobalKnownHostsFile /dev/null\n StrictHostKeyChecking accept-new\n`;
    expect(await reached(`qemu+ssh://root@${own.address}/system`, config(text))).toBe(own.name);
    expect(readFileSync(known, "utf8")).toBe(`[${own.address}]:2301 ${publicKey("server")}\n`);
    written("known-new", `[${own.address}]:2301 ${publicKey("stranger")}\n`);
    expect(await reached(`qemu+ssh://root@${own.address}/system`, config(text))).toMatch(/denied: .*has changed/);
  });

  test("a configuration that cannot be read is an error with its place, before anybody is asked", async () => {
    const ssh = config('Host web\n  User "ann\n');
    expect(await reached("qemu+ssh://web/system", ssh)).toMatch(/^invalid: .*config-0 line 2 has a quote/);
  });

  test("a command is the way, where it says so; it ends with the connection", async () => {
    const mark = `proxy-${process.pid}`;
    const ssh = config(
      `Host web\n HostName ${own.address}\n User root\n IdentityFile ${here.key}\n UserKnownHostsFile ${here.knownHosts}\n ProxyCommand env MARK=${mark} ssh -F ${here.sshConfig} -W %h:%p ${beta.name}\n`,
    );
    expect(await reached("qemu+ssh://web/system", ssh)).toBe(own.name);
    const running = () =>
      execFileSync("sh", ["-c", `grep -lsaz "^MARK=${mark}$" /proc/[0-9]*/environ || true`]).toString();
    expect(running()).not.toBe("");
    for (const host of open.splice(0)) await host.close();
    while (running() !== "");
  });

  test("what such a command says is told when it fails", async () => {
    const ssh = config("Host web\n ProxyCommand echo no way to %n >&2\n IdentityFile /none\n");
    expect(await reached(`qemu+ssh://web/system?keyfile=${here.key}`, ssh)).toMatch(
      /connection: .*said: no way to web/,
    );
  });
});

describe("hosts in between", () => {
  const jumps = () =>
    `Host *\n User root\n IdentityFile ${here.key}\nHost first\n HostName ${own.address}\n UserKnownHostsFile ${here.knownHosts}\nHost second\n HostName 127.0.0.1\n Port 2302\n UserKnownHostsFile ${file("known-second")}\nHost target\n HostName ${beta.address}\n UserKnownHostsFile ${here.knownHosts}\n ProxyJump first,second\n`;

  test("two of them, each with its own port and key; the second is reached from the first", async () => {
    const second = await server(2302);
    written("known-second", `[127.0.0.1]:2302 ${publicKey("server")}\n`);
    expect(await reached("qemu+ssh://target/system", config(jumps()))).toBe(beta.name);
    expect(second.log()).toMatch(/Accepted publickey for root from 127\.0\.0\.1/);
  });

  test("one that shows a wrong key is refused by its name", async () => {
    await server(2302);
    written("known-second", `[127.0.0.1]:2302 ${publicKey("stranger")}\n`);
    expect(await reached("qemu+ssh://target/system", config(jumps()))).toMatch(
      /^denied: on host there: second \(127\.0\.0\.1 port 2302\): its host key has changed/,
    );
  });

  test("from the provider's options alone, without any file", async () => {
    await server(2302);
    const known = readFileSync(here.knownHosts, "utf8").split("\n");
    const of = (address: string): string =>
      (known.find((line) => line.includes(address)) ?? "").split(" ").slice(1, 3).join(" ");
    const privateKey = readFileSync(here.key, "utf8");
    const ssh = {
      configFile: "none",
      agent: "none",
      privateKey,
      hostKey: of(beta.address),
      jumpHosts: [
        { host: own.address, user: "root", privateKey, hostKey: of(own.address) },
        { host: "127.0.0.1", port: 2302, user: "root", privateKey, hostKey: publicKey("server") },
      ],
    };
    expect(await reached(`qemu+ssh://root@${beta.address}/system`, ssh)).toBe(beta.name);
  });

  test("one that does not reach the next says so", async () => {
    const ssh = {
      configFile: "none",
      privateKey: here.key,
      knownHosts: here.knownHosts,
      proxyJump: `root@${own.address}`,
    };
    expect(await reached("qemu+ssh://root@127.0.0.1:9/system", ssh)).toMatch(
      /^connection: .*the jump host .* does not reach 127\.0\.0\.1 port 9 .*Connection refused/,
    );
    expect(await reached("qemu+ssh://root@127.0.0.1:9/system", { ...ssh, proxyJump: "a b" })).toMatch(
      /^invalid: .*"a b" names no host to jump through/,
    );
  });
});

describe("a password", () => {
  const shadow = () => on(own.name, "cat", "/etc/shadow");
  let before: string;
  const set = (text: string) => on(own.name, "sh", "-c", 'printf %s "$1" >/etc/shadow', "sh", text);
  beforeAll(async () => {
    before = await shadow();
    const hash = execFileSync("openssl", ["passwd", "-6", PASSWORD]).toString().trim();
    await set(before.replace(/^root:[^:]*/m, `root:${hash}`));
  });
  afterAll(() => set(before));
  const allowed = ["PermitRootLogin yes", "PubkeyAuthentication no"];
  const asked = { configFile: "none", agent: "none" };
  const uri = (more = "") => `qemu+ssh://root@${own.address}:2303/system?${more}`;
  const withPassword = (password: string) => ({ ...asked, password, hostKey: publicKey("server") });

  test("opens the door; a wrong one is refused and never shown", async () => {
    await server(2303, [...allowed, "PasswordAuthentication yes"]);
    expect(await reached(uri(), withPassword(PASSWORD))).toBe(own.name);
    const refused = await reached(uri(), withPassword("wrong-secret"));
    expect(refused).toMatch(/^denied: .*refused user root; offered were .*the password/);
    expect(refused).not.toContain("wrong-secret");
  });

  test("answers the one question of keyboard-interactive", async () => {
    await server(2303, [...allowed, "UsePAM yes", "KbdInteractiveAuthentication yes"]);
    expect(await reached(uri("sshauth=keyboard-interactive"), withPassword(PASSWORD))).toBe(own.name);
  });

  test("is told to no host that shows another key than before, though nobody checks it", async () => {
    const running = await server(2303, [...allowed, "PasswordAuthentication yes"]);
    const knownHosts = written("known-password", `[${own.address}]:2303 ${publicKey("stranger")}\n`);
    const ssh = { ...asked, password: PASSWORD, knownHosts };
    expect(await reached(uri("no_verify=1"), ssh)).toMatch(/denied: .*has changed/);
    expect(running.log()).not.toMatch(/Accepted/);
  });
});

describe("keys", () => {
  test("a locked one of the configuration is opened by the pass phrase, and told where there is none", async () => {
    const authorized = written("authorized", `${publicKey("locked")}\n`);
    await server(2304, [`AuthorizedKeysFile ${authorized}`]);
    const text = `Host *\n Port 2304\n IdentityFile ${file("locked")}\n`;
    const common = { hostKey: publicKey("server"), agent: "none" };
    const uri = `qemu+ssh://root@${own.address}/system`;
    expect(await reached(uri, { ...common, ...config(text), passphrase: "sesame" })).toBe(own.name);
    expect(await reached(uri, { ...common, ...config(text) })).toMatch(
      /^denied: .*nothing to log in .*locked is locked by a passphrase/,
    );
  });

  test("of an agent that holds many, the one that is listed is offered first, or alone", async () => {
    const running = await server(2304, ["MaxAuthTries 3"]);
    const socket = file("agent");
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: ["ignore", "pipe", "inherit"] });
    await once(agent.stdout, "data");
    try {
      for (let i = 0; i < 5; i++)
        execFileSync("ssh-add", ["-q", key(`many-${i}`)], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
      execFileSync("ssh-add", ["-q", here.key], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
      const uri = `qemu+ssh://root@${own.address}:2304/system`;
      const common = { hostKey: publicKey("server"), agent: socket };
      expect(await reached(uri, { ...common, configFile: "none" })).toMatch(/denied: .*MaxAuthTries/);
      for (const only of ["yes", "no"]) {
        const text = `Host *\n IdentityFile ${here.key}.pub\n IdentitiesOnly ${only}\n`;
        expect(await reached(uri, { ...common, ...config(text) })).toBe(own.name);
      }
      expect(running.log()).toMatch(/Accepted publickey/);
    } finally {
      agent.kill();
    }
  });
});

test("a host that shows another key at the second connect of a run is refused, though no file keeps the first", async () => {
  const ssh = { privateKey: here.key, agent: "none" };
  const accepting = () =>
    config(
      "Host *\n StrictHostKeyChecking accept-new\n UserKnownHostsFile /dev/null\n GlobalKnownHostsFile /dev/null\n",
    );
  const uri = `qemu+ssh://root@${own.address}:2306/system`;
  const first = await server(2306);
  expect(await reached(uri, { ...ssh, ...accepting() })).toBe(own.name);
  await first.stop();
  servers = [];
  const second = await server(2306, [], "stranger");
  expect(await reached(uri, { ...ssh, ...accepting() })).toMatch(/^denied: .*has changed/);
  expect(second.log()).not.toMatch(/Accepted/);
});

test("a server that knows old algorithms only is told from one that is not there", async () => {
  await server(2305, ["KexAlgorithms diffie-hellman-group1-sha1", "Ciphers 3des-cbc", "MACs hmac-md5"]);
  const ssh = { configFile: "none", privateKey: here.key, hostKey: publicKey("server") };
  expect(await reached(`qemu+ssh://root@${own.address}:2305/system`, ssh)).toMatch(
    /^unsupported: .*port 2305 and this client know no common way to talk .*Renew the host's sshd/,
  );
});
