/** The way to a real host: what goes wrong on it, and what goes on. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Host, openHosts, type Piece } from "../../provider/src/host";
import { daemon, type LabHost, lab, on, virsh } from "../lab/lab";
import { stack } from "./engine";

jest.setTimeout(120_000);

const here = lab();
const { own } = here;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "host-"));
  for (const name of ["stranger", "other"])
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const opened: Host[] = [];
afterEach(async () => {
  for (const host of opened.splice(0)) await host.close();
});
function open(uri: string, ssh = {}): Host {
  const host = openHosts({ beta: { uri, ssh } }).get();
  opened.push(host);
  return host;
}
const uriOf = (
  { address }: LabHost,
  { user = "root", port = 22, key = here.key, known = here.knownHosts, more = "" } = {},
): string => `qemu+ssh://${user}@${address}:${port}/system?keyfile=${key}&known_hosts=${known}${more}`;

/** What the first call to the host says. */
const said = (uri: string, ssh = {}): Promise<unknown> =>
  open(uri, ssh)
    .call("connectGetHostname", {}, { object: "pool x", deadline: Date.now() + 60_000 })
    .catch((thrown) => thrown);
const failure = (code: string, ...texts: RegExp[]) =>
  expect.objectContaining({ code, message: texts.reduce((_, text) => expect.stringMatching(text), expect.anything()) });

const fingerprintOf = (publicKeyFile: string): string =>
  execFileSync("ssh-keygen", ["-lf", publicKeyFile]).toString().split(" ")[1] ?? "";
const hostKeyLine = (): string =>
  readFileSync(here.knownHosts, "utf8")
    .split("\n")
    .find((line) => line.includes(own.address)) ?? "";
function knownHosts(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe("a host that cannot be used", () => {
  const all = async (said: Promise<unknown>, code: string, ...texts: (RegExp | string)[]) => {
    const thrown = (await said) as { code: string; message: string };
    expect(thrown.code).toBe(code);
    expect(thrown.message).toMatch(/^pool x on host beta: /);
    for (const text of texts) expect(thrown.message).toMatch(text);
  };

  test("nobody listens at the port", async () => {
    await all(
      said(uriOf(own, { port: 4 })),
      "connection",
      /port 4 cannot be reached over ssh/,
      /ECONNREFUSED/,
      /Check the host's name/,
    );
  });

  test("the name does not exist", async () => {
    await all(
      said(`qemu+ssh://root@no-such-host.invalid/system?keyfile=${here.key}`),
      "connection",
      /no-such-host\.invalid/,
      /Check the host's name/,
    );
  });

  test("what listens is no sshd", async () => {
    const server = createServer((socket) => socket.end("HTTP/1.0 400 Bad Request\r\n\r\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    await all(said(`qemu+ssh://root@127.0.0.1:${port}/system?keyfile=${here.key}`), "connection", /127\.0\.0\.1/);
    server.close();
  });

  test("the key is refused: the message says which one was offered, to whom", async () => {
    const stranger = join(folder, "stranger");
    await all(
      said(uriOf(own, { key: stranger })),
      "denied",
      /refused user root/,
      stranger,
      fingerprintOf(`${stranger}.pub`),
      /authorized_keys/,
    );
  });

  test("its host key is unknown: fingerprint, and the line that adds it", async () => {
    const known = knownHosts("none", "");
    const real = knownHosts("real.pub", hostKeyLine().split(" ").slice(1).join(" "));
    await all(
      said(uriOf(own, { known })),
      "denied",
      /not known/,
      fingerprintOf(real),
      `ssh-keyscan -t ed25519 ${own.address} >> ${known}`,
    );
  });

  test("its host key has changed: both fingerprints, and the lines that renew it", async () => {
    const other = readFileSync(join(folder, "other.pub"), "utf8");
    const known = knownHosts("changed", `${own.address} ${other}`);
    const real = knownHosts("real.pub", hostKeyLine().split(" ").slice(1).join(" "));
    await all(
      said(uriOf(own, { known })),
      "denied",
      /changed/,
      fingerprintOf(real),
      fingerprintOf(join(folder, "other.pub")),
      `ssh-keygen -R ${own.address} -f ${known}`,
    );
  });

  test("a key of another kind in known_hosts is no mismatch while the right kind is there too", async () => {
    execFileSync("ssh-keygen", ["-q", "-t", "rsa", "-N", "", "-f", join(folder, "rsa")]);
    const known = knownHosts(
      "kinds",
      `${own.address} ${readFileSync(join(folder, "rsa.pub"), "utf8")}${hostKeyLine()}\n`,
    );
    await expect(said(uriOf(own, { known }))).resolves.toEqual({ hostname: own.name });
  });

  test("a pinned host key needs no file", async () => {
    const pinned = hostKeyLine().split(" ").slice(1, 3).join(" ");
    await expect(said(uriOf(own, { known: "/nowhere" }), { hostKey: pinned })).resolves.toEqual({
      hostname: own.name,
    });
  });

  test("it has no libvirt socket", async () => {
    await all(
      said(uriOf(own, { more: "&socket=/run/none/libvirt-sock" })),
      "connection",
      "there is no libvirt socket at /run/none/libvirt-sock",
      /Install and start libvirt/,
    );
  });

  test("the user may not use the socket", async () => {
    await all(
      said(uriOf(own, { user: "visitor" })),
      "denied",
      /(libvirt|virtqemud)-sock was denied to user visitor/,
      /usermod -aG libvirt/,
    );
  });
});

test("a key that only the agent has opens the door", async () => {
  const sock = join(folder, "agent");
  const agent = spawn("ssh-agent", ["-D", "-a", sock], { stdio: ["ignore", "pipe", "inherit"] });
  // Its first words come when it listens.
  await once(agent.stdout, "data");
  const before = process.env["SSH_AUTH_SOCK"];
  process.env["SSH_AUTH_SOCK"] = sock;
  const uri = `qemu+ssh://root@${own.address}/system?known_hosts=${here.knownHosts}`;
  try {
    await expect(said(uri, { configFile: "none" })).resolves.toMatchObject({
      code: "denied",
      message: expect.stringContaining("the agent's keys (it holds none)"),
    });
    execFileSync("ssh-add", ["-q", here.key], { env: { ...process.env, SSH_AUTH_SOCK: sock } });
    await expect(said(uri, { configFile: "none" })).resolves.toEqual({ hostname: own.name });
  } finally {
    if (before === undefined) delete process.env["SSH_AUTH_SOCK"];
    else process.env["SSH_AUTH_SOCK"] = before;
    agent.kill();
  }
});

test("the provider's ssh options win over the URI, and an agent that is gone keeps no key from being used", async () => {
  const home = join(folder, "home");
  mkdirSync(join(home, ".ssh"), { recursive: true });
  copyFileSync(here.key, join(home, ".ssh/id_ed25519"));
  const ssh = { user: "root", knownHosts: here.knownHosts, agent: join(folder, "gone") };
  const s = stack({
    uri: `qemu+ssh://nobody@${own.address}/system?known_hosts=/nonexistent`,
    config: { "kvm:ssh": JSON.stringify(ssh) },
    env: { HOME: home },
  });
  try {
    s.program("outputs: { name: { fn::invoke: { function: kvm:getHost, return: name } } }\n");
    await s.up();
    expect(await s.outputs()).toEqual({ name: own.name });
  } finally {
    s.remove();
  }
});

describe("commands on a host", () => {
  test("no shell there reads the words, whatever they are", async () => {
    const words = ["a b", "it's", "$(id)", "`id`", "*", "~", "-n", "a\nb", "\\", '"', "", "é", "; reboot"];
    const { stdout, code } = await open(uriOf(own)).run(["printf", "%s\\0", ...words]);
    expect({ code, words: stdout.toString().split("\0").slice(0, -1) }).toEqual({ code: 0, words });
  });

  test("input, output, exit code and errors come through", async () => {
    const ran = await open(uriOf(own)).run(["sh", "-c", "cat; echo oops >&2; exit 7"], {
      input: Buffer.from("hello"),
    });
    expect(ran).toEqual({ code: 7, stdout: Buffer.from("hello"), stderr: "oops\n" });
  });

  test("a command whose input breaks off is ended, and fails with what broke it", async () => {
    async function* broken() {
      yield Buffer.from("half of ");
      throw new Error("the source broke");
    }
    await expect(open(uriOf(own)).run(["cat"], { input: broken() })).rejects.toThrow(/the source broke/);
  });

  test("a command that is stopped runs no longer", async () => {
    const abort = new AbortController();
    const marker = `61${process.pid}`;
    const host = open(uriOf(own));
    const running = host.run(["sh", "-c", `echo up; exec sleep ${marker}`], {
      signal: abort.signal,
      onOutput: () => abort.abort(),
    });
    await expect(running).rejects.toEqual(failure("cancelled", /was stopped/));
    const left = async () =>
      (await on(own.name, "sh", "-c", `ps -eo args | grep -c '[s]leep ${marker}' || true`)).trim();
    while ((await left()) !== "0");
  });

  test("a command that is not there is named", async () => {
    await expect(open(uriOf(own)).run(["no-such-command"])).rejects.toEqual(
      failure("unsupported", /`no-such-command` could not be run/),
    );
  });

  test("more commands than sshd allows at once wait for their turn", async () => {
    const host = open(uriOf(own));
    const ran = await Promise.all(Array.from({ length: 30 }, (_, i) => host.run(["echo", String(i)])));
    expect(ran.map(({ stdout }) => Number(stdout))).toEqual(Array.from({ length: 30 }, (_, i) => i));
  });
});

describe("volumes as streams", () => {
  const name = `host-test-${process.pid}.raw`;
  const vol = { pool: "default", name };
  afterEach(() => virsh(own.name, "vol-delete", "--pool", "default", name).catch(() => ""));

  async function made(host: Host, size: number): Promise<void> {
    const { pool } = await host.call("storagePoolLookupByName", { name: "default" });
    const xml = `<volume><name>${name}</name><capacity>${size}</capacity><allocation>0</allocation><target><format type='raw'/></target></volume>`;
    await host.call("storageVolCreateXml", { pool, xml });
  }

  test("what goes up comes down again, holes as holes", async () => {
    const host = open(uriOf(own));
    const size = 8 * 2 ** 20;
    await made(host, size);
    const data = Buffer.alloc(2 ** 20, "data!");
    async function* source(): AsyncGenerator<Piece> {
      yield data;
      yield { hole: size - 2 * data.length };
      yield data;
    }
    await host.upload("storageVolUpload", { vol, offset: 0, length: size, flags: 1 }, source());
    const image = Buffer.alloc(size);
    let at = 0;
    let holes = 0;
    for await (const piece of host.download("storageVolDownload", { vol, offset: 0, length: 0, flags: 1 })) {
      if (piece instanceof Uint8Array) {
        image.set(piece, at);
        at += piece.length;
      } else {
        at += piece.hole;
        holes += piece.hole;
      }
    }
    expect({ at, holes }).toEqual({ at: size, holes: size - 2 * data.length });
    expect(image.subarray(0, data.length).equals(data) && image.subarray(size - data.length).equals(data)).toBe(true);
  });

  test("a refusal comes in libvirt's words, and the next stream works", async () => {
    const host = open(uriOf(own));
    async function* source(): AsyncGenerator<Piece> {
      yield Buffer.alloc(1);
    }
    await expect(
      host.upload("storageVolUpload", { vol, offset: 0, length: 1 }, source(), { object: `volume default/${name}` }),
    ).rejects.toEqual(failure("missing", /no storage vol/));
    await made(host, 4096);
    await host.upload("storageVolUpload", { vol, offset: 0, length: 1 }, source());
  });
});

describe("a daemon that dies", () => {
  const uuid = "7c0e9f5e-2d0a-4d5e-9b1c-0d6f2a9b7e11";
  const xml = `<domain type='qemu'><name>host-test</name><uuid>${uuid}</uuid><memory unit='MiB'>64</memory><os><type>hvm</type></os></domain>`;
  afterEach(() => virsh(own.name, "undefine", uuid).catch(() => ""));

  test("by kill -9: questions go on, and events come again", async () => {
    const host = open(uriOf(own));
    const seen: string[] = [];
    let defined: () => void = () => undefined;
    const came = new Promise<void>((resolve) => {
      defined = resolve;
    });
    await host.on("domainLifecycle", ({ dom, event }) => {
      seen.push(`${dom.name} ${event}`);
      if (dom.name === "host-test" && event === 0) defined();
    });
    await daemon(own.name, "kill");
    await expect(host.call("connectGetHostname", {})).resolves.toEqual({ hostname: own.name });
    await host.call("domainDefineXmlFlags", { xml });
    await came;
    expect(seen).toContain("host-test 0");
  });

  test("while `until` waits: it looks again when the daemon is back", async () => {
    const host = open(uriOf(own));
    await host.call("connectGetHostname", {});
    let first: () => void = () => undefined;
    const looked = new Promise<void>((resolve) => {
      first = resolve;
    });
    const look = async () => {
      const { domains } = await host.call("connectListAllDomains", {});
      first();
      return domains.find((dom) => dom.uuid === uuid);
    };
    const waiting = host.until(["domainLifecycle"], look, {
      object: "domain host-test",
      deadline: Date.now() + 60_000,
    });
    await looked;
    await daemon(own.name, "kill");
    const file = "/run/lab/host-test.xml";
    await on(own.name, "sh", "-c", `printf %s "$0" > ${file}`, xml);
    await virsh(own.name, "define", file);
    await expect(waiting).resolves.toMatchObject({ name: "host-test" });
  });

  test("and stays away: the error says so, names host and object, and what to do", async () => {
    await daemon(own.name, "stop");
    try {
      await expect(said(uriOf(own))).resolves.toEqual(
        failure("connection", /^pool x on host beta: .*(nobody listens|no libvirt socket)/),
      );
    } finally {
      await daemon(own.name, "start");
    }
  });
});
