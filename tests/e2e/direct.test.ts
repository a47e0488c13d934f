/** Ways to a daemon without ssh: tls, tcp and this machine's sockets; who is let in, and who is told why not. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type Host, type HostSettings, openHosts } from "../../provider/src/host";
import type { TlsOptions } from "../../provider/src/transport";
import { lab, on } from "../lab/lab";
import { type Authority, authority, day, locked, type Pair } from "./direct/certificates";
import { asVisitor, end, homeIn, type SecondDaemon, secondDaemon, visitor, visitorsFolder } from "./direct/daemon";
import { type Local, local, socketOf } from "./direct/local";
import { stack } from "./engine";

jest.setTimeout(120_000);

const own = lab().zeta;
const password = "open sesame";
const opened: Host[] = [];
const daemons: SecondDaemon[] = [];
let folder: string;
let ca: Authority;
let stranger: Authority;
let client: Pair;

/** The host `x` of these settings. */
function open(settings: HostSettings): Host {
  const host = openHosts({ x: settings }).get();
  opened.push(host);
  return host;
}
/** What the first call to the host says. */
const said = (
  uri: string,
  settings: Omit<HostSettings, "uri"> = {},
  deadline = Date.now() + 60_000,
): Promise<unknown> =>
  open({ uri, ...settings })
    .call("connectGetHostname", {}, { deadline })
    .catch((thrown) => thrown);
const letIn = { hostname: own.name };
/** A failure on host x that says all of this. */
async function fails(asked: Promise<unknown>, code: string, ...texts: (RegExp | string)[]): Promise<void> {
  const thrown = (await asked) as { code: string; message: string };
  expect(thrown).toMatchObject({ code, message: expect.stringMatching(/^on host x: /) });
  for (const text of texts) expect(thrown.message).toMatch(text);
}

let port = 17500;
/** Starts a daemon that listens for tls with that certificate, and for tcp; gives its URIs. */
async function listening(certificate: Pair, settings = {}, sasl?: Parameters<typeof secondDaemon>[2]) {
  const [tls, tcp] = [port++, port++];
  const conf = {
    tls_port: String(tls),
    tcp_port: String(tcp),
    listen_tls: 1,
    listen_tcp: 1,
    auth_tcp: "none",
    auth_tls: "none",
  };
  const files = { ca_file: ca.certificate, cert_file: certificate.certificate, key_file: certificate.key };
  const daemon = await secondDaemon(own.name, { ...conf, ...files, ...settings }, sasl);
  daemons.push(daemon);
  return {
    tls: `test+tls://${own.address}:${tls}/default`,
    tcp: `test+tcp://${own.address}:${tcp}/default`,
    unix: `test+unix:///default?socket=${daemon.socket}`,
  };
}

beforeAll(() => {
  folder = visitorsFolder();
  ca = authority(folder, "ours");
  stranger = authority(folder, "strangers");
  client = ca.sign("client");
});
afterEach(async () => {
  for (const host of opened.splice(0)) await host.close();
});
afterAll(async () => {
  for (const daemon of daemons) await daemon.stop();
  rmSync(folder, { recursive: true });
});

describe("over tls", () => {
  let uri: { tls: string; tcp: string };
  const files = () => ({ caCert: ca.certificate, clientCert: client.certificate, clientKey: client.key });
  /** A folder as `pkipath=` names one. */
  const pki = (name: string, { caCert, clientCert, clientKey }: TlsOptions) => {
    const path = join(folder, name);
    mkdirSync(path);
    const found = { "cacert.pem": caCert, "clientcert.pem": clientCert, "clientkey.pem": clientKey };
    for (const [file, from] of Object.entries(found)) if (from) copyFileSync(from, join(path, file));
    return path;
  };
  beforeAll(async () => {
    uri = await listening(ca.sign("host", { alternative: `DNS:${own.name}.example,IP:${own.address}` }));
  });

  test("the provider's certificates open the door, as files and as text", async () => {
    const texts = Object.fromEntries(Object.entries(files()).map(([name, file]) => [name, readFileSync(file, "utf8")]));
    await expect(said(uri.tls, { tls: files() })).resolves.toEqual(letIn);
    await expect(said(uri.tls, { tls: texts })).resolves.toEqual(letIn);
  });

  test("so do those in the folder that the URI names", async () => {
    await expect(said(`${uri.tls}?pkipath=${pki("pki", files())}`)).resolves.toEqual(letIn);
  });

  describe("a host whose certificate is not to be believed is not talked to, unless the URI says no_verify", () => {
    const shows =
      (pair: () => Pair, settings = {}) =>
      async () =>
        (await listening(pair(), settings)).tls;
    const insane = { tls_no_sanity_certificate: 1 };
    const right = `IP:${own.address}`;
    test.each<[string, () => Promise<string>, () => TlsOptions, readonly (RegExp | string)[]]>([
      [
        "it has expired",
        shows(() => ca.sign("old", { alternative: right, from: day(-9), to: day(-2) }), insane),
        files,
        [/has expired on .* GMT/, /Renew it/],
      ],
      [
        "it is not valid yet",
        shows(() => ca.sign("new", { alternative: right, from: day(2), to: day(9) }), insane),
        files,
        [/is not valid before .* GMT/, /clock/],
      ],
      [
        "it is another's",
        shows(() => ca.sign("other", { alternative: "DNS:other.example,IP:192.0.2.1" })),
        files,
        [`is not for ${own.address} but for other.example, 192.0.2.1`],
      ],
      [
        "it names no address, only a name of the old kind",
        shows(() => ca.sign("common.example")),
        files,
        [`is not for ${own.address} but for common.example`],
      ],
      [
        "a stranger signed it",
        async () => uri.tls,
        () => ({ ...files(), caCert: stranger.certificate }),
        [/authority that is not known here: CN=ours/, /tls\.caCert/],
      ],
    ])("%s", async (_, listens, tls, texts) => {
      const at = await listens();
      await fails(said(at, { tls: tls() }), "denied", `the certificate of ${own.address} port`, ...texts);
      await expect(said(`${at}?no_verify=1`, { tls: tls() })).resolves.toEqual(letIn);
    });
  });

  test("so is one whose certificate was taken back", async () => {
    const pair = ca.sign("lost", { alternative: `IP:${own.address}` });
    const at = (await listening(pair)).tls;
    const path = pki("revoked", files());
    await expect(said(`${at}?pkipath=${path}`)).resolves.toEqual(letIn);
    copyFileSync(ca.revoke(pair.certificate), join(path, "cacrl.pem"));
    await fails(said(`${at}?pkipath=${path}`), "denied", /was taken back by its authority/);
    // Only that one.
    await expect(said(`${uri.tls}?pkipath=${path}`)).resolves.toEqual(letIn);
  });

  describe("what is wrong with our own is said, and where it is", () => {
    const { caCert, clientCert, clientKey } = {
      caCert: () => ca.certificate,
      clientCert: () => client.certificate,
      clientKey: () => client.key,
    };
    test("the host wants one and we have none", async () => {
      const path = pki("none", { caCert: caCert() });
      await fails(
        said(`${uri.tls}?pkipath=${path}`),
        "denied",
        `does not take our certificate (none is at ${path}/clientcert.pem with its key at ${path}/clientkey.pem)`,
        /tls\.clientCert/,
      );
    });

    test("the host does not know who signed it", async () => {
      const { certificate, key } = stranger.sign("client");
      const tls = { caCert: caCert(), clientCert: certificate, clientKey: key };
      await fails(
        said(uri.tls, { tls }),
        "denied",
        `does not take our certificate (${certificate})`,
        /tls_allowed_dn_list/,
      );
    });

    test.each<[string, () => TlsOptions, readonly (RegExp | string)[]]>([
      [
        "it has expired",
        () => ({ ...files(), clientCert: ca.sign("client", { from: day(-9), to: day(-2) }).certificate }),
        [/our certificate in .*\.pem has expired on .* GMT/],
      ],
      [
        "the key is another's",
        () => ({ ...files(), clientKey: stranger.sign("client").key }),
        [/private key in .*strangers\/signed\.key does not belong to the certificate in .*ours\/client/],
      ],
      [
        "the key is locked",
        () => ({ ...files(), clientKey: locked(client.key, password) }),
        [/signed\.key\.locked is locked by a passphrase/, /openssl pkey/],
      ],
      ["the key is no key", () => ({ ...files(), clientKey: caCert() }), [/cacert\.pem is not a private key/]],
      [
        "the certificate is none",
        () => ({ ...files(), clientCert: clientKey() }),
        [/signed\.key is not a certificate/],
      ],
      [
        "one comes without the other",
        () => ({ caCert: caCert(), clientCert: clientCert() }),
        [/`tls.clientCert` stands alone/],
      ],
      [
        "a file is not there",
        () => ({ ...files(), caCert: "/nowhere/ca.pem" }),
        [/`tls\.caCert` is neither PEM text nor a file .*ENOENT/],
      ],
    ])("%s", (_, tls, texts) => fails(said(uri.tls, { tls: tls() }), "invalid", ...texts));

    test("the authority's is not where libvirt looks", () =>
      fails(
        said(`${uri.tls}?pkipath=/nowhere`),
        "invalid",
        "/nowhere/cacert.pem, cannot be read (ENOENT)",
        /pkipath=/,
      ));
  });

  test("calls that are made at once are all answered", async () => {
    const host = open({ uri: uri.tls, tls: files() });
    const asked = Array.from({ length: 200 }, () =>
      host.call("connectGetHostname", {}, { deadline: Date.now() + 10_000 }),
    );
    await expect(Promise.all(asked)).resolves.toEqual(asked.map(() => letIn));
  });

  test("what goes up over it comes down again", async () => {
    const host = open({ uri: uri.tls.replace("test+", "qemu+").replace("/default", "/session"), tls: files() });
    const path = visitorsFolder();
    const xml = `<pool type='dir'><name>direct</name><target><path>${path}</path></target></pool>`;
    const { pool } = await host.call("storagePoolCreateXml", { xml });
    const data = randomBytes(5_000_000);
    const volume = `<volume><name>v</name><capacity>${data.length}</capacity></volume>`;
    const { vol } = await host.call("storageVolCreateXml", { pool, xml: volume });
    const range = { vol, offset: 0n, length: BigInt(data.length), flags: 0 };
    await host.upload("storageVolUpload", range, Readable.from([data]));
    const parts: Uint8Array[] = [];
    for await (const piece of host.download("storageVolDownload", range)) if (!("hole" in piece)) parts.push(piece);
    expect(Buffer.concat(parts).equals(data)).toBe(true);
    await host.call("storagePoolDestroy", { pool });
    rmSync(path, { recursive: true });
  });

  test("a port where TLS is not spoken, and one where nobody listens, are named", async () => {
    await fails(said(uri.tcp.replace("+tcp", "+tls"), { tls: files() }), "connection", /does not speak TLS/);
    await fails(
      said(`test+tls://${own.address}:4/default`, { tls: files() }),
      "connection",
      /port 4 cannot be reached over tls .*ECONNREFUSED/,
    );
  });

  test("a host that accepts and is silent is given up at the deadline, or when we are closed", async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const silent = `test+tls://127.0.0.1:${(server.address() as { port: number }).port}/default`;
    await fails(said(silent, { tls: files() }, Date.now() + 300), "timeout", /deadline passed while connecting/);
    const waiting = said(silent, { tls: files() });
    const connected = new Promise((resolve) => server.once("connection", resolve));
    await connected;
    await opened.at(-1)?.close();
    await fails(waiting, "cancelled");
    server.close();
  });

  test("GnuTLS's priorities are refused, not passed over", () =>
    fails(said(`${uri.tls}?tls_priority=NORMAL`, { tls: files() }), "unsupported", /tls_priority/, /Leave it out/));
});

describe("over plain tcp", () => {
  test("a daemon that asks for nothing is talked to", async () => {
    const { tcp } = await listening(client);
    await expect(said(tcp)).resolves.toEqual(letIn);
  });

  test("nobody listens: host, port and remedy are named", () =>
    fails(
      said(`test+tcp://${own.address}:4/default`),
      "connection",
      /port 4 cannot be reached over tcp/,
      /libvirtd-tcp\.socket/,
    ));
});

describe("a daemon that asks for a name and a password", () => {
  let uri: { tls: string; tcp: string; unix: string };
  const auth = { username: "fred", password };
  const sasl = { auth_tls: "sasl", auth_tcp: "sasl", auth_unix_rw: "sasl", tls_no_verify_certificate: 1 };
  const tls = () => ({ caCert: ca.certificate });
  beforeAll(async () => {
    const pair = ca.sign("sasl", { alternative: `IP:${own.address}` });
    uri = await listening(pair, sasl, { mechanisms: "scram-sha-256 scram-sha-1 plain", password });
  });

  test.each(["SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"])(
    "%s lets in over a unix socket and over tls",
    async (mechanism) => {
      await expect(said(`${uri.unix}&auth=sasl.${mechanism}`, { auth })).resolves.toEqual(letIn);
      await expect(said(`${uri.tls}?auth=sasl.${mechanism}`, { auth, tls: tls() })).resolves.toEqual(letIn);
      const wrong = said(`${uri.unix}&auth=sasl.${mechanism}`, { auth: { ...auth, password: "sesame" } });
      await fails(wrong, "denied", `does not let fred in (${mechanism}: `, /saslpasswd2 -a libvirt/, /^(?!.*sesame)/);
    },
  );

  test("where none is asked for, the best is taken", () =>
    fails(
      said(uri.unix, { auth: { ...auth, username: "nobody" } }),
      "denied",
      "does not let nobody in (SCRAM-SHA-256: ",
    ));

  test("the name may come by the URI, the password from libvirt's own file", async () => {
    const file = join(folder, "auth.conf");
    writeFileSync(
      file,
      `[credentials-lab]\nauthname=fred\npassword=${password}\n[auth-libvirt-default]\ncredentials=lab\n`,
    );
    await expect(said(`${uri.unix}&authfile=${file}`)).resolves.toEqual(letIn);
    const named = uri.tls.replace("tls://", "tls://fred@");
    await expect(said(named, { tls: tls(), auth: { password } })).resolves.toEqual(letIn);
    await fails(said(`${uri.unix}&authfile=/nowhere`), "invalid", "/nowhere, cannot be read (ENOENT)");
  });

  test("without them it is said where they could be set", () =>
    fails(
      said(uri.unix, { auth: { username: "fred" } }),
      "denied",
      /no password for fred/,
      /`auth: { username, password }`/,
      /auth\.conf/,
    ));

  test("over plain tcp nothing is sent, and the ways that are safe are named", () =>
    fails(said(uri.tcp, { auth }), "unsupported", /GSSAPI/, /`\+tls` or `\+ssh`/));

  test("what the URI wants and the daemon does not ask for is said", () =>
    fails(said(`${uri.unix}&auth=polkit`, { auth }), "denied", /does not ask for `auth=polkit`/));

  test("no mechanism in common names both lists", async () => {
    const { unix } = await listening(client, { auth_unix_rw: "sasl" }, { mechanisms: "cram-md5 digest-md5", password });
    await fails(
      said(unix, { auth }),
      "unsupported",
      /CRAM-MD5/,
      "spoken here are SCRAM-SHA-256, SCRAM-SHA-1, PLAIN",
      /mech_list/,
    );
  });
});

describe("on the host itself", () => {
  let there: Local;
  let home: string;
  beforeAll(async () => {
    there = await local(own.name, folder);
    home = visitorsFolder();
    mkdirSync(join(home, "run"));
    execFileSync("chown", ["-R", String(visitor), home]);
  });
  afterAll(() => rmSync(home, { recursive: true }));
  const visiting =
    (env = {}) =>
    (...command: string[]) =>
      asVisitor({ ...homeIn(home), ...env }, ...command);
  const name = (settings: HostSettings, as?: (...command: string[]) => string[]) =>
    there(settings, "connectGetHostname", {}, as);
  /** Something that only those who may change things are allowed. */
  const change = (settings: HostSettings, as?: (...command: string[]) => string[]) =>
    there(settings, "networkDefineXml", { xml: "<network/>" }, as);
  const denied = (...texts: RegExp[]) => ({
    code: "denied",
    message: expect.stringMatching(new RegExp(texts.map(({ source }) => `(?=.*${source})`).join(""))),
  });

  test("its daemon is found, whatever it is called", async () => {
    await expect(name({ uri: "qemu:///system" })).resolves.toEqual(letIn);
    await expect(change({ uri: "qemu:///system" })).resolves.toMatchObject({
      code: expect.not.stringMatching("denied"),
    });
  });

  test("who may not use it is told so, and never let in by another door", async () => {
    await expect(name({ uri: "qemu:///system" }, visiting())).resolves.toEqual(
      denied(/libvirt's socket \/run\/libvirt\/.*-sock was denied/, /usermod -aG libvirt/, /`readonly: true`/),
    );
  });

  test("everybody may look; who would change something learns why he may not", async () => {
    const settings = { uri: "qemu:///system", readonly: true };
    await expect(name(settings, visiting())).resolves.toEqual(letIn);
    await expect(change(settings, visiting())).resolves.toEqual(
      denied(/the connection is read-only/, /Take `readonly: true` off/),
    );
  });

  describe("a session", () => {
    const session = { uri: "qemu:///session" };
    /** The one daemon that was started for the visitor. */
    const started = () => readdirSync(join(home, "run/libvirt")).filter((file) => file.endsWith("d.pid"));

    test("is not started where the user forbids it", async () => {
      await expect(name(session, visiting({ LIBVIRT_AUTOSTART: "0" }))).resolves.toMatchObject({
        code: "connection",
        message: expect.stringContaining(`${home}/run/libvirt/`),
      });
    });

    test("is started once, serves, and may be looked at only", async () => {
      await expect(name(session, visiting())).resolves.toEqual(letIn);
      const [daemon] = started();
      const pid = () => readFileSync(join(home, "run/libvirt", daemon ?? ""), "utf8").trim();
      const first = pid();
      try {
        await expect(change({ ...session, readonly: true }, visiting())).resolves.toEqual(denied(/read-only/));
        expect([started(), pid()]).toEqual([[daemon], first]);
        const environment = await on(own.name, "cat", `/proc/${first}/environ`);
        expect(environment).toContain(`XDG_RUNTIME_DIR=${home}/run`);
        expect(environment).not.toContain("SASL_CONF_PATH");
      } finally {
        await end(own.name, first);
      }
    });
  });

  test("polkit's refusal names the action and who is let in", async () => {
    // The bus starts polkit when it is asked for, and takes it along.
    await on(own.name, "mkdir", "-p", "/run/dbus");
    const bus = await on(own.name, "dbus-daemon", "--system", "--fork", "--nopidfile", "--print-pid=1");
    const daemon = await secondDaemon(own.name, { auth_unix_rw: "polkit", unix_sock_rw_perms: "0777" });
    try {
      const settings = { uri: `test+unix:///default?socket=${daemon.socket}` };
      await expect(name(settings)).resolves.toEqual(letIn);
      await expect(name(settings, visiting())).resolves.toEqual(
        denied(
          /`org\.libvirt\.unix\.manage`/,
          /no polkit agent available/,
          /group `libvirt`/,
          /\/etc\/polkit-1\/rules\.d/,
        ),
      );
    } finally {
      await daemon.stop();
      await end(own.name, bus.trim());
      await on(own.name, "rm", "-r", "/run/dbus");
    }
  });
});

test("a host that may only be looked at is enough for preview and refresh; an update says what is missing", async () => {
  const s = stack({ uri: own.uri });
  const changing = `kvm:uri: "${own.uri}"`;
  const looking = `kvm:uri: "qemu:///system?socket=${socketOf(own.name, ["libvirt-sock-ro", "virtqemud-sock-ro"])}"\n  kvm:readonly: true`;
  const configure = (from: string, to: string) => {
    const file = join(s.dir, "Pulumi.test.yaml");
    const text = readFileSync(file, "utf8");
    expect(text).toContain(from);
    writeFileSync(file, text.replace(from, to));
  };
  const program = (more = "") => `resources:
  net:
    type: kvm:Network
    properties: { name: direct-net }
  disk:
    type: kvm:Volume
    properties: { pool: default, name: direct.qcow2, capacity: 1MiB }
  machine:
    type: kvm:Domain
    properties:
      name: direct
      memory: 64MiB
      powerState: stopped
      disks: [{ volume: "\${disk.id}" }]
      interfaces: [{ network: "\${net.name}" }]
${more}`;
  s.program(program());
  await s.up();
  configure(changing, looking);
  try {
    expect((await s.preview("--refresh")).changes).toEqual({ refresh: 3 });
    s.program(program("      description: seen only\n"));
    expect((await s.preview()).changes).toEqual({ update: 1 });
    const { text } = await s.fails("up");
    expect(text).toMatch(/domain direct .*the connection is read-only/);
    expect(text).toMatch(
      /Take `readonly: true` off the host.* `pulumi destroy` knows of that after the next `pulumi up`/,
    );
  } finally {
    configure(looking, changing);
    // Destroying asks the provider of the last update.
    await s.up();
    await s.destroy();
    s.remove();
  }
});
