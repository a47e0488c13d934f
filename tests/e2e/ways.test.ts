/** From a login to libvirt: what is tried where sshd forwards no sockets, and OpenSSH's own client. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Host, type HostSettings, openHosts } from "../../provider/src/host";
import { lab, on } from "../lab/lab";
import { type Sshd, sshd } from "./sshd";

jest.setTimeout(60_000);

type Ssh = NonNullable<HostSettings["ssh"]>;
const here = lab();
const { own } = here;
const NO_FORWARDING = "AllowStreamLocalForwarding no";
let folder: string;
let open: Host[] = [];
let servers: Sshd[] = [];

const file = (name: string): string => join(folder, name);
const pinned = (): string => readFileSync(file("server.pub"), "utf8").split(" ").slice(0, 2).join(" ");
function written(name: string, text: string, mode = 0o644): string {
  writeFileSync(file(name), text, { mode });
  return file(name);
}
async function server(port: number, settings: readonly string[] = []): Promise<Sshd> {
  const started = await sshd(own.name, port, file("server"), settings);
  servers.push(started);
  return started;
}
function opened(uri: string, ssh: Ssh = {}, more: Partial<HostSettings> = {}): Host {
  const common = { configFile: "none", privateKey: here.key, hostKey: pinned() };
  const host = openHosts({ there: { uri, ssh: { ...common, ...ssh }, ...more } }).get();
  open.push(host);
  return host;
}
/** What the host calls itself, or why it was not reached. */
const reached = (...args: Parameters<typeof opened>): Promise<string> =>
  opened(...args)
    .call("connectGetHostname", {}, { deadline: Date.now() + 40_000 })
    .then(
      ({ hostname }) => hostname,
      (failure) => `${failure.code}: ${failure.message}`,
    );
const uri = (port: number, more = "", user = "root"): string =>
  `qemu+ssh://${user}@${own.address}:${port}/system?${more}`;

/** The commands that run on the host for a connection. */
const running = (program: string): Promise<string> => on(own.name, "sh", "-c", 'pgrep -x "$1" || true', "sh", program);

/** A folder of programs: what is not in it, the host does not have. */
async function path(...programs: string[]): Promise<string> {
  const at = file(`path-${programs.length}-${programs.at(-1)}`);
  mkdirSync(at, { recursive: true });
  for (const program of ["sh", "grep", "readlink", "id", ...programs])
    await on(own.name, "sh", "-c", 'ln -sf "$(command -v "$1")" "$2/"', "sh", program, at);
  return `SetEnv PATH=${at}`;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ways-"));
  for (const name of ["server", "authority"])
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file(name)]);
});
afterEach(async () => {
  for (const host of open) await host.close();
  for (const started of servers) await started.stop();
  open = [];
  servers = [];
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("where sshd forwards no sockets", () => {
  test("virt-ssh-helper is started without a word, as often as connections are needed", async () => {
    await server(2311, [NO_FORWARDING]);
    const host = opened(uri(2311));
    expect((await host.call("connectGetHostname", {})).hostname).toBe(own.name);
    expect(await running("virt-ssh-helper")).not.toBe("");
    // More at once than one session of sshd may run.
    const volumes = Array.from({ length: 12 }, (_, i) => host.run(["echo", String(i)]));
    const others = Array.from({ length: 12 }, () => host.call("storagePoolLookupByName", { name: "default" }));
    expect((await Promise.all(volumes)).map(({ code }) => code)).toEqual(volumes.map(() => 0));
    await Promise.all(others);
  });

  test("a netcat is, where that is missing; `netcat` and `proxy` in the URI choose", async () => {
    await server(2312, [NO_FORWARDING, await path("nc")]);
    expect(await reached(uri(2312))).toBe(own.name);
    expect(await reached(uri(2312, "proxy=native"))).toMatch(
      /^unsupported: .*virt-ssh-helper is not there, nc is not wanted/,
    );
    expect(await reached(uri(2312, "netcat=/bin/nc"))).toBe(own.name);
    await server(2313);
    expect(await reached(uri(2313, "proxy=netcat"))).toBe(own.name);
    expect(await running("nc")).not.toBe("");
    expect(await reached(uri(2313, "proxy=native"))).toBe(own.name);
  });

  test("a helper that is there and fails is followed by the netcat, without a word", async () => {
    const where = await path("nc", "true");
    const broken = `${where.slice(where.indexOf("=") + 1)}/virt-ssh-helper`;
    await on(own.name, "sh", "-c", 'printf "#!/bin/sh\\nexit 3\\n" >"$1"; chmod 755 "$1"', "sh", broken);
    await server(2322, [NO_FORWARDING, where]);
    expect(await reached(uri(2322))).toBe(own.name);
    expect(await reached(uri(2322, "proxy=native"))).toMatch(/^connection: .*`virt-ssh-helper` .*exit code 3/);
  });

  test("`mode` and `socket` are told to a helper that knows them (libvirt 9.1), and chosen by the netcat else", async () => {
    const where = await path("nc", "cat");
    const helper = `${where.slice(where.indexOf("=") + 1)}/virt-ssh-helper`;
    const noted = file("noted");
    const real = (await on(own.name, "sh", "-c", "command -v virt-ssh-helper")).trim();
    const script = `#!/bin/sh\nprintf '%s\\n' "$@" >>${noted}\nexec ${real} "$@"\n`;
    await on(own.name, "sh", "-c", 'printf %s "$2" >"$1"; chmod 755 "$1"', "sh", helper, script);
    await server(2323, [NO_FORWARDING, where]);
    const socket = own.kind === "modular" ? "/run/libvirt/virtqemud-sock" : "/run/libvirt/libvirt-sock";
    expect(await reached(uri(2323, `socket=${socket}`))).toBe(own.name);
    expect(await reached(uri(2323, own.kind === "modular" ? "mode=direct" : "mode=legacy"))).toBe(own.name);
    const told = readFileSync(noted, "utf8");
    if (own.kind === "trixie") {
      expect(told).toContain(`qemu:///system?socket=${encodeURIComponent(socket)}\n`);
      expect(told).toContain("qemu:///system?mode=legacy\n");
    } else {
      expect(told).not.toContain("qemu:///system");
      expect(await reached(uri(2323, `proxy=native&socket=${socket}`))).toMatch(
        /^unsupported: .*virt-ssh-helper is too old \(9\.0/,
      );
    }
  });

  test("sshd may run one session at a time only: as many logins as it takes", async () => {
    const running = await server(2324, [NO_FORWARDING, "MaxSessions 1"]);
    const host = opened(uri(2324));
    const ran = await Promise.all(Array.from({ length: 6 }, (_, i) => host.run(["echo", String(i)])));
    expect(ran.map(({ stdout }) => Number(stdout))).toEqual([0, 1, 2, 3, 4, 5]);
    expect((await host.call("connectGetHostname", {})).hostname).toBe(own.name);
    expect((await host.run(["echo", "beside"])).stdout.toString()).toBe("beside\n");
    expect(running.log()).toMatch(/no more sessions/);
  });

  test("and no session at all: that is what is told", async () => {
    await server(2325, [NO_FORWARDING, "MaxSessions 0"]);
    expect(await reached(uri(2325))).toMatch(/^busy: .*sshd opens no session .*MaxSessions/);
  });

  test("and nothing else is there: the error says what each way lacks", async () => {
    await server(2314, [NO_FORWARDING, await path()]);
    expect(await reached(uri(2314))).toMatch(
      /^unsupported: .*sshd forwards no socket, virt-ssh-helper is not there, nc is not there.*AllowStreamLocalForwarding/,
    );
    expect(await reached(uri(2314, "proxy=netcat"))).toMatch(/^unsupported: .*a forwarded socket is not wanted/);
  });

  test("a socket that is missing or forbidden is told as it is elsewhere", async () => {
    await server(2315, [NO_FORWARDING]);
    expect(await reached(uri(2315, "socket=/run/none/libvirt-sock"))).toMatch(
      /^connection: .*there is no libvirt socket at \/run\/none\/libvirt-sock/,
    );
    expect(await reached(uri(2315, "", "visitor"))).toMatch(
      /^denied: .*-sock was denied to user visitor.*usermod -aG libvirt/,
    );
  });

  test("a daemon may be looked at only", async () => {
    await server(2316, [NO_FORWARDING]);
    const host = opened(uri(2316), {}, { readonly: true });
    const { pool } = await host.call("storagePoolLookupByName", { name: "default" });
    await expect(host.call("storagePoolRefresh", { pool })).rejects.toMatchObject({ code: "denied" });
    expect(await on(own.name, "sh", "-c", "tr '\\0' ' ' </proc/$(pgrep -xn virt-ssh-helper)/cmdline")).toMatch(
      /helper -r qemu/,
    );
  });
});

describe("where a socket takes who comes and lets them go at once", () => {
  const socket = () => file("closing");
  const listener = `socket(S, AF_UNIX, SOCK_STREAM, 0); bind(S, pack_sockaddr_un($ARGV[0])); chmod(0777, $ARGV[0]);
listen(S, 9); $| = 1; print "$$ listens\n"; while (accept(C, S)) { print "met\n"; close C }`;
  let closing: ReturnType<typeof spawn>;
  let said = "";
  beforeAll(async () => {
    const onHost = resolve(__dirname, "../lab/on.sh");
    closing = spawn(onHost, [own.name, "perl", "-MSocket", "-e", listener, socket()], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    closing.stdout?.on("data", (chunk) => {
      said += chunk;
    });
    while (!said.includes("listens")) await once(closing.stdout as NodeJS.ReadableStream, "data");
  });
  afterAll(async () => {
    const over = once(closing, "close");
    await on(own.name, "kill", said.split(" ")[0] ?? "");
    await over;
  });
  /** An sshd whose helper does so, whatever socket it is told. */
  async function helped(port: number, does: string): Promise<void> {
    const where = await path("nc", "true", "false");
    const helper = `${where.slice(where.indexOf("=") + 1)}/virt-ssh-helper`;
    const script = `#!/bin/sh\n[ "$1" != --version ] || { echo virt-ssh-helper 9.1.0; exit; }\n${does}\n`;
    await on(own.name, "sh", "-c", 'printf %s "$2" >"$1"; chmod 755 "$1"', "sh", helper, script);
    await server(port, [where]);
  }

  test("the next way is taken without a word", async () => {
    const real = own.kind === "modular" ? "/run/libvirt/virtqemud-sock" : "/run/libvirt/libvirt-sock";
    await helped(2326, `exec nc -U ${real}`);
    expect(await reached(uri(2326, `socket=${socket()}`))).toBe(own.name);
    expect(said).toContain("met");
  });

  test("and no other leads anywhere: the error says what each answered", async () => {
    await helped(2327, "echo is ill >&2; exit 3");
    expect(await reached(uri(2327, `socket=${socket()}`))).toMatch(
      /^connection: .*closing ended without an answer; `virt-ssh-helper` on the host ended \(is ill\); `nc` on the host ended/,
    );
  });

  test("and there is no other: that, too", async () => {
    await server(2328, [await path()]);
    expect(await reached(uri(2328, `socket=${socket()}`))).toMatch(
      /^unsupported: .*closing ended without an answer, virt-ssh-helper is not there, nc is not there/,
    );
  });
});

describe("a user who may not use the socket", () => {
  beforeAll(async () => {
    await on(own.name, "mount", "-t", "tmpfs", "-o", "mode=750", "tmpfs", "/etc/sudoers.d");
  });
  afterAll(() => on(own.name, "umount", "/etc/sudoers.d"));

  test("may by sudo, where the host lets them and they say so", async () => {
    await server(2317);
    const denied = await reached(uri(2317, "", "visitor"), { sudo: true });
    expect(denied).toMatch(/^denied: .*sudo does not let user visitor reach libvirt.*NOPASSWD/);
    await on(
      own.name,
      "sh",
      "-c",
      "echo 'visitor ALL=(root) NOPASSWD: ALL' >/etc/sudoers.d/visitor; chmod 440 /etc/sudoers.d/visitor",
    );
    expect(await reached(uri(2317, "", "visitor"), { sudo: true })).toBe(own.name);
  });
});

test("a user's own daemon is started by the helper", async () => {
  const runtime = file("runtime");
  mkdirSync(runtime);
  await on(own.name, "sh", "-c", 'chmod 755 "$1/.." && chown visitor "$1"', "sh", runtime);
  await server(2318, [`SetEnv XDG_RUNTIME_DIR=${runtime} XDG_CONFIG_HOME=${runtime} XDG_CACHE_HOME=${runtime}`]);
  const session = `qemu+ssh://visitor@${own.address}:2318/session`;
  const daemon = () => on(own.name, "sh", "-c", "pgrep -u visitor -f 'libvirtd|virtqemud' || true");
  try {
    const host = opened(session);
    expect((await host.call("connectGetUri", {})).uri).toBe("qemu:///session");
    expect(await daemon()).not.toBe("");
  } finally {
    await on(own.name, "sh", "-c", "pkill -u visitor || true");
  }
});

test("a helper that fails says why", async () => {
  await server(2318);
  expect(await reached(`qemu+ssh://visitor@${own.address}:2318/session`)).toMatch(
    /^connection: .*`virt-ssh-helper` on the host ended \(.*Permission denied/,
  );
});

describe("OpenSSH's own client", () => {
  const log = () => file("ssh.log");
  /** As ssh, but it leaves its arguments behind. */
  const noting = () => written("noting", `#!/bin/sh\nprintf '%s\\n' "$@" >>${log()}\nexec ssh "$@"\n`, 0o755);

  test("is run where the options or the URI say so, with what they say; nothing of it is left", async () => {
    await server(2319);
    const privateKey = readFileSync(here.key, "utf8");
    expect(await reached(uri(2319), { client: "system", privateKey })).toBe(own.name);
    expect(await reached(uri(2319, `command=${noting()}`), { privateKey })).toBe(own.name);
    const words = readFileSync(log(), "utf8").split("\n");
    expect(words).toEqual(
      expect.arrayContaining(["BatchMode=yes", "-p", "2319", "StrictHostKeyChecking=yes", own.address]),
    );
    const key = words[words.indexOf("-i") + 1] ?? "";
    expect(key).toMatch(/kvm-ssh-/);
    for (const host of open.splice(0)) await host.close();
    expect(() => readFileSync(key)).toThrow(/ENOENT/);
    expect(execFileSync("sh", ["-c", `pgrep -f '^ssh .* 2319 ' || true`]).toString()).toBe("");
  });

  test("its words become an error of ours", async () => {
    await server(2320);
    const system: Ssh = { client: "system" };
    expect(
      await reached(uri(2320), { ...system, hostKey: readFileSync(file("authority.pub"), "utf8").trim() }),
    ).toMatch(/^denied: .*Host key verification failed.*fingerprint/i);
    expect(await reached(uri(2320), { ...system, privateKey: file("authority") })).toMatch(
      /^denied: .*Permission denied/,
    );
    expect(await reached(uri(9), system)).toMatch(/^connection: .*Connection refused.*sshd listens/);
    expect(await reached(uri(2320), { ...system, password: "never-said" })).toMatch(/^unsupported: .*`ssh\.password`/);
  });

  test("its words are told without what may be a secret in them", async () => {
    const line = `sh -c 'echo "exec $1 - no such proxy at $2" >&2' sh "connect --password hunter2" http://ann:hunter2@proxy`;
    const configFile = written("config-proxied", `Host *\n ProxyCommand ${line}\n`);
    const said = await reached(uri(2320), { client: "system", configFile });
    expect(said).toMatch(/^connection: .*it said exec connect --password … - no such proxy at http:\/\/…@proxy/);
    expect(said).not.toContain("hunter2");
  });

  /** A key that is let in by its certificate alone. */
  function certified(name: string): string {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file(name)]);
    execFileSync("ssh-keygen", ["-q", "-s", file("authority"), "-I", "test", "-n", "root", file(`${name}.pub`)]);
    return file(name);
  }
  const CERTIFIED_ONLY = () => [`TrustedUserCAKeys ${file("authority.pub")}`, "AuthorizedKeysFile none"];

  test("takes over where the agent holds a certificate; where it may not, the refusal says what was not offered", async () => {
    const running = await server(2329, CERTIFIED_ONLY());
    const key = certified("in-agent");
    const socket = file("agent");
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: ["ignore", "pipe", "inherit"] });
    await once(agent.stdout, "data");
    try {
      execFileSync("ssh-add", ["-q", key], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
      const ssh: Ssh = { privateKey: undefined, agent: socket };
      expect(await reached(uri(2329), ssh)).toBe(own.name);
      expect(running.log()).toMatch(/Accepted publickey for root .* ED25519-CERT/);
      expect(await reached(uri(2329), { ...ssh, client: "builtin" })).toMatch(
        /^denied: .*offered were the agent's keys .*not offered: the ssh agent's ssh-ed25519-cert-v01@openssh\.com .*client: system/,
      );
    } finally {
      agent.kill();
    }
  });

  test("takes over where certificates are wanted, the user's and the host's", async () => {
    const copied = written("certified", readFileSync(here.key, "utf8"), 0o600);
    written("certified.pub", readFileSync(`${here.key}.pub`, "utf8"));
    const sign = (...args: string[]) =>
      execFileSync("ssh-keygen", ["-q", "-s", file("authority"), "-I", "test", ...args]);
    sign("-n", "root", file("certified.pub"));
    sign("-h", "-n", own.address, file("server.pub"));
    const authority = readFileSync(file("authority.pub"), "utf8").split(" ").slice(0, 2).join(" ");
    await server(2321, [
      `TrustedUserCAKeys ${file("authority.pub")}`,
      `HostCertificate ${file("server-cert.pub")}`,
      "AuthorizedKeysFile none",
    ]);
    const knownHosts = written("known-authority", `@cert-authority * ${authority}\n`);
    const config = written(
      "config",
      `Host *\n IdentityFile ${copied}\n CertificateFile ${file("certified-cert.pub")}\n`,
    );
    const host = openHosts({ there: { uri: uri(2321), ssh: { configFile: config, knownHosts } } }).get();
    open.push(host);
    expect((await host.call("connectGetHostname", {})).hostname).toBe(own.name);
  });
});
