/** OpenSSH itself is the oracle: `ssh -G` prints what it would do. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import { linesOf } from "./lines";
import { type Settings, settings } from "./settings";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ssh-config-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes the files; the first is the configuration. */
function written(files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return join(folder, Object.keys(files)[0] ?? "");
}
const of = (text: string, host: string, asked = {}): Promise<Settings> =>
  settings({ host, ...asked }, written({ config: text }));

/** What both say, in one form. */
function ours(s: Settings) {
  return {
    hostname: s.meaning.host,
    user: s.meaning.user,
    port: String(s.meaning.port),
    identityfile: s.identityFiles,
    identitiesonly: s.identitiesOnly ? "yes" : "no",
    proxyjump: s.proxyJump,
    hostkeyalias: s.meaning.alias,
    stricthostkeychecking:
      s.strictHostKeyChecking && { yes: "true", no: "false", "accept-new": "accept-new" }[s.strictHostKeyChecking],
    connecttimeout: s.connectTimeout === undefined ? "none" : String(s.connectTimeout),
    passwordauthentication: s.methods.password ? "yes" : "no",
  };
}
function openssh(file: string, host: string): ReturnType<typeof ours> {
  const said = execFileSync("ssh", ["-G", "-F", file, host], { stdio: ["ignore", "pipe", "ignore"] }).toString();
  const all = (key: string): string[] =>
    said.split("\n").flatMap((line) => (line.startsWith(`${key} `) ? [line.slice(key.length + 1)] : []));
  const one = (key: string): string => all(key)[0] ?? "";
  return {
    hostname: one("hostname"),
    user: one("user"),
    port: one("port"),
    identityfile: all("identityfile").filter((path) => path.startsWith("/")),
    identitiesonly: one("identitiesonly"),
    proxyjump: all("proxyjump")[0],
    hostkeyalias: all("hostkeyalias")[0],
    stricthostkeychecking: { ask: undefined, true: "true", false: "false", "accept-new": "accept-new" }[
      one("stricthostkeychecking")
    ],
    connecttimeout: one("connecttimeout"),
    passwordauthentication: one("passwordauthentication"),
  };
}

const name = fc.constantFrom("web", "db", "a.example", "b.example", "10.0.0.1");
const pattern = fc.constantFrom("web", "db", "*", "*.example", "!web", "w?b", "10.0.0.*", "!*.example");
const value = fc.oneof(
  name.map((host) => `HostName ${host}`),
  fc.constantFrom("HostName %h.lan", "hostname=x.%h", "HostName 50%%"),
  fc.constantFrom("ann", "bob", '"carol"').map((user) => `User ${user}`),
  fc.integer({ min: 1, max: 65535 }).map((port) => `Port ${port}`),
  fc.constantFrom("/k/one", "/k/two", '"/k/with blank"', "none").map((path) => `IdentityFile ${path}`),
  fc.constantFrom("yes", "no").map((flag) => `IdentitiesOnly ${flag}`),
  fc.constantFrom("jump", "ann@jump:2222", "one,two", "none").map((jump) => `ProxyJump ${jump}`),
  fc.constantFrom("one", "none").map((command) => `ProxyCommand ${command}`),
  fc.constantFrom("yes", "no", "accept-new", "off").map((strict) => `StrictHostKeyChecking ${strict}`),
  fc.constant("HostKeyAlias other"),
  fc.constantFrom("7", "1m30s", "none").map((time) => `ConnectTimeout = ${time}`),
  fc.constantFrom("yes", "no").map((flag) => `PasswordAuthentication\t${flag}`),
);
const criterion = fc.oneof(
  fc
    .tuple(fc.constantFrom("", "!"), fc.constantFrom("host", "originalhost"), pattern)
    .map(([not, kind, p]) => `${not}${kind} ${p}`),
  fc.tuple(fc.constantFrom("", "!"), fc.constantFrom("ann,bob", "root", "*")).map(([not, p]) => `${not}user ${p}`),
  fc.constantFrom(
    "exec true",
    "exec false",
    '!exec "test %n = web"',
    "exec \"test '%p' = 22\"",
    "localuser root",
    "final",
  ),
);
const line = fc.oneof(
  { weight: 5, arbitrary: value },
  {
    weight: 2,
    arbitrary: fc.array(pattern, { minLength: 1, maxLength: 3 }).map((patterns) => `Host ${patterns.join(" ")}`),
  },
  { weight: 2, arbitrary: fc.array(criterion, { minLength: 1, maxLength: 3 }).map((all) => `Match ${all.join(" ")}`) },
  { weight: 1, arbitrary: fc.constantFrom("Match all", "", "# comment", "  # another") },
);
const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.map((each) => `  ${each}\n`).join(""));

test("a generated configuration says what OpenSSH takes from it", async () => {
  await fc.assert(
    fc.asyncProperty(text, text, text, name, async (before, included, after, host) => {
      const inner = join(folder, "inner");
      const file = written({ config: `${before}Include ${inner}\n${after}`, inner: included });
      expect(ours(await settings({ host }, file))).toEqual(openssh(file, host));
    }),
    { numRuns: 100 },
  );
  // Each case starts an ssh, and other tests run beside.
}, 60_000);

test("any text is read, or refused with its place", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (anything) => {
      try {
        linesOf(anything, "file");
      } catch (failure) {
        expect(failure).toMatchObject({ code: "invalid", message: expect.stringContaining("file line ") });
      }
    }),
    { numRuns: 150 },
  );
});

test("files that are included by a pattern, in order, and one that includes itself", async () => {
  const config = written({
    config: `Include ${folder}/conf.d/*.conf\nUser last\n`,
    "conf.d/b.conf": "User second\nPort 2\n",
    "conf.d/a.conf": "User first\n",
    "conf.d/.hidden.conf": "Port 1\n",
    loop: `Include ${folder}/loop\n`,
  });
  expect((await settings({ host: "h" }, config)).meaning).toMatchObject({ user: "first", port: 2 });
  await expect(settings({ host: "h" }, join(folder, "loop"))).rejects.toMatchObject({ code: "invalid" });
});

test("a command of `Match exec` that hangs ends with all that it started when the user stops, and is never shown", async () => {
  const noted = join(folder, "noted");
  const config = written({ config: `Match exec "echo $$ >${noted}; sleep 600 | sleep hunter2-600; sleep 600"\n` });
  const abort = new AbortController();
  const stopped = settings({ host: "h" }, config, { signal: abort.signal });
  const started = () => existsSync(noted) && readFileSync(noted, "utf8").endsWith("\n");
  while (!started()) await pause(5);
  abort.abort();
  await expect(stopped).rejects.toMatchObject({ code: "cancelled" });
  const group = readFileSync(noted, "utf8").trim();
  // What has ended may stay listed where nobody takes notice of it.
  const runs = () => new RegExp(`^ *${group} +[^Z ]`, "m").test(execFileSync("ps", ["-eo", "pgid=,stat="]).toString());
  while (runs()) await pause(5);
  await expect(settings({ host: "h" }, config, { deadline: Date.now() + 50 })).rejects.toMatchObject({
    code: "timeout",
    message: expect.stringMatching(/config line 1: .*`Match exec` did not end in time/),
  });
});

test("what the URI says wins, and Match sees it", async () => {
  const { meaning } = await of("User file\nPort 1\nMatch user asked\n HostName matched\n", "h", {
    user: "asked",
    port: 7,
  });
  expect(meaning).toMatchObject({ user: "asked", port: 7, host: "matched" });
});

test("tokens stand for who is reached, in commands and paths", async () => {
  const { proxyCommand, identityFiles, userKnownHosts } = await of(
    "HostName %h.lan\nUser ann\nProxyCommand nc %h %p # %r %n\nIdentityFile /k/%n-%r\nUserKnownHostsFile /a/%k ~/b\nHostKeyAlias key-%n",
    "web",
  );
  expect({ proxyCommand, identityFiles, userKnownHosts }).toEqual({
    proxyCommand: "nc web.lan 22 # ann web",
    identityFiles: ["/k/web-ann"],
    userKnownHosts: ["/a/key-web", `${userInfo().homedir}/b`],
  });
});

test("a name that a shell would read is never put into a command", async () => {
  for (const host of ["$(id)", "a;b", "-oX", "a'b", "a b"])
    await expect(of("ProxyCommand nc %h %p", host)).rejects.toMatchObject({ code: "invalid" });
});

test("what only OpenSSH can do is told by its name and place", async () => {
  const { beyond } = await of("Host h\n  CertificateFile /c\n  PKCS11Provider none\n  VerifyHostKeyDNS yes\n", "h");
  expect(beyond).toEqual([`CertificateFile (${folder}/config line 2)`, `VerifyHostKeyDNS (${folder}/config line 4)`]);
});

test.each(["ProxyCommand connect --password 'hunter2 %h", "--password=hunter2", "#x\n\\hunter2"])(
  "a line that cannot be read is not shown: %s",
  async (line) => {
    await expect(of(`Host h\n${line}\n`, "h")).rejects.toMatchObject({
      code: "invalid",
      message: expect.not.stringMatching(/hunter2/),
    });
  },
);
