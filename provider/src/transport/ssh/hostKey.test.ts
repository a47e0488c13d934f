import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseUri } from "../uri";
import { destination } from "./destination";
import { type HostKeys, hostKeys } from "./hostKey";
import { fingerprint, keyType } from "./knownHosts";
import type { SshOptions } from "./options";

let folder: string;
/** Public keys by name, as `type base64`. */
const keys: Record<"a" | "b" | "rsa", string> = { a: "", b: "", rsa: "" };
const bytes = (key: string): Buffer => Buffer.from(key.split(" ")[1] ?? "", "base64");

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "known-"));
  for (const name of ["a", "b", "rsa"] as const) {
    const file = join(folder, name);
    execFileSync("ssh-keygen", ["-q", "-t", name === "rsa" ? "rsa" : "ed25519", "-N", "", "-f", file]);
    keys[name] = readFileSync(`${file}.pub`, "utf8").split(" ").slice(0, 2).join(" ");
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (): string => join(folder, "known_hosts");
async function checked(lines: string[], host = "kvm1", port = 22, options = "", pinned?: string) {
  writeFileSync(file(), `${lines.join("\n")}\n`);
  const address = parseUri(`qemu+ssh://root@${host}:${port}/system?known_hosts=${file()}${options}`);
  return judged(await hostKeys(await destination(address, { hostKey: pinned, configFile: "none" })));
}
/** The same, where a test only asks what is wrong with a key. */
const judged = (keys: HostKeys) => ({
  ...keys,
  objection: async (key: string) => (await keys.verdict(bytes(key))).objection,
});
/** As a configuration says it. */
async function configured(lines: readonly string[], more = "", options: SshOptions = {}) {
  const configFile = join(folder, "config");
  writeFileSync(configFile, lines.map((line) => `${line}\n`).join(""));
  const address = parseUri(`qemu+ssh://root@kvm1/system?${more}`);
  return judged(await hostKeys(await destination(address, { configFile, ...options })));
}

describe("host keys", () => {
  test("a fingerprint is what ssh-keygen prints", () => {
    expect(execFileSync("ssh-keygen", ["-lf", join(folder, "a.pub")]).toString()).toContain(fingerprint(bytes(keys.a)));
    expect(keyType(bytes(keys.a))).toBe("ssh-ed25519");
  });

  test.each<[string, () => string[], string, number]>([
    ["plain", () => [`kvm1 ${keys.a}`], "kvm1", 22],
    ["one of several names", () => [`x,kvm1,10.0.0.1 ${keys.a} comment`], "kvm1", 22],
    ["in other letters", () => [`KVM1 ${keys.a}`], "kvm1", 22],
    ["a pattern", () => [`kvm? ${keys.a}`], "kvm1", 22],
    ["with a port", () => [`[kvm1]:2201 ${keys.a}`], "kvm1", 2201],
    ["without the port that is used", () => [`kvm1 ${keys.a}`], "kvm1", 2201],
    [
      "beside other lines",
      () => ["# kvm1", "", "nonsense", `other ${keys.b}`, `kvm1 ${keys.b}`, `kvm1 ${keys.a}`],
      "kvm1",
      22,
    ],
  ])("a key that is known (%s) is accepted", async (_, lines, host, port) => {
    const known = await checked(lines(), host, port);
    await expect(known.objection(keys.a)).resolves.toBeUndefined();
  });

  test.each([22, 2201])("a name hashed by ssh-keygen -H is found (port %i)", async (port) => {
    await checked([`${port === 22 ? "kvm1" : `[kvm1]:${port}`} ${keys.a}`]);
    execFileSync("ssh-keygen", ["-q", "-H", "-f", file()], { stdio: "ignore" });
    const text = readFileSync(file(), "utf8").trim();
    expect(text).toMatch(/^\|1\|/);
    const known = await checked([text], "kvm1", port);
    await expect(known.objection(keys.a)).resolves.toBeUndefined();
    await expect(known.objection(keys.b)).resolves.toMatchObject({ code: "denied" });
  });

  test("an unknown key is refused with its fingerprint and the line that adds it", async () => {
    const known = await checked([`other ${keys.a}`, `!kvm1,* ${keys.a}`]);
    const failure = await known.objection(keys.b);
    expect(failure?.code).toBe("denied");
    expect(failure?.message).toContain(fingerprint(bytes(keys.b)));
    expect(failure?.message).toContain(`\`ssh-keyscan -t ed25519 kvm1 >> ${file()}\``);
    expect(known.algorithms).toBeUndefined();
  });

  test("a changed key is refused with both fingerprints, the line it stands in, and the lines that renew it", async () => {
    const known = await checked(["# first", `[kvm1]:2201 ${keys.a}`], "kvm1", 2201);
    const message = (await known.objection(keys.b))?.message;
    expect(message).toContain(fingerprint(bytes(keys.a)));
    expect(message).toContain(fingerprint(bytes(keys.b)));
    expect(message).toContain(`${file()} line 2`);
    expect(message).toContain(`ssh-keygen -R '[kvm1]:2201' -f ${file()}`);
  });

  test("another port's key does not accuse, but does not vouch either", async () => {
    const known = await checked([`kvm1 ${keys.a}`], "kvm1", 2201);
    await expect(known.objection(keys.b)).resolves.toMatchObject({
      problem: expect.stringMatching(/not known/),
    });
  });

  test("a revoked key is refused even where it is known", async () => {
    const known = await checked([`kvm1 ${keys.a}`, `@revoked * ${keys.a}`]);
    await expect(known.objection(keys.a)).resolves.toMatchObject({ problem: expect.stringMatching(/revoked/) });
  });

  test("only the kinds of key that are known are asked for, so that the host shows one of them", async () => {
    expect((await checked([`kvm1 ${keys.rsa}`])).algorithms).toEqual(["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"]);
    expect((await checked([`kvm1 ${keys.rsa}`, `kvm1 ${keys.a}`])).algorithms).toContain("ssh-ed25519");
  });

  test.each([
    ["no_verify=1", () => checked([`kvm1 ${keys.a}`], "kvm1", 22, "&no_verify=1")],
    ["known_hosts_verify=ignore", () => checked([`kvm1 ${keys.a}`], "kvm1", 22, "&known_hosts_verify=ignore")],
    ["StrictHostKeyChecking no", () => configured(["StrictHostKeyChecking no", `UserKnownHostsFile ${file()}`])],
    ["StrictHostKeyChecking off", () => configured(["StrictHostKeyChecking off", `UserKnownHostsFile ${file()}`])],
  ])("%s goes on with any key, but only the right one leaves no doubt", async (_, asked) => {
    await checked([`kvm1 ${keys.a}`]);
    const known = await asked();
    await expect(known.verdict(bytes(keys.a))).resolves.toEqual({});
    await expect(known.verdict(bytes(keys.b))).resolves.toEqual({
      doubt: expect.objectContaining({ problem: expect.stringMatching(/has changed/) }),
    });
    expect(readFileSync(file(), "utf8")).toBe(`kvm1 ${keys.a}\n`);
  });

  test.each([
    ["no_verify=1", "no_verify=1", []],
    ["known_hosts_verify=ignore", "known_hosts_verify=ignore", []],
    ["StrictHostKeyChecking no", "", ["StrictHostKeyChecking no"]],
    ["StrictHostKeyChecking accept-new", "", ["StrictHostKeyChecking accept-new"]],
  ])("a pinned key wins over %s", async (_, uri, lines) => {
    const known = await configured(lines, uri, { hostKey: keys.a });
    await expect(known.verdict(bytes(keys.a))).resolves.toEqual({});
    await expect(known.objection(keys.b)).resolves.toMatchObject({
      message: expect.stringMatching(/change `hostKey`/),
    });
  });

  test.each(["yes", "ask"])("StrictHostKeyChecking %s refuses what is not known", async (policy) => {
    const known = await configured([`StrictHostKeyChecking ${policy}`, "UserKnownHostsFile none"]);
    const failure = await known.objection(keys.b);
    expect(failure?.message).toContain(`pin it: \`ssh.hostKey: ${keys.b}\``);
  });

  test("a pinned key is the only one", async () => {
    const known = await checked([`kvm1 ${keys.b}`], "kvm1", 22, "", keys.a);
    await expect(known.objection(keys.a)).resolves.toBeUndefined();
    await expect(known.objection(keys.b)).resolves.toMatchObject({
      message: expect.stringMatching(/change `hostKey`/),
    });
    await expect(checked([], "kvm1", 22, "", "ssh-ed25519 nonsense")).rejects.toMatchObject({ code: "invalid" });
  });

  describe("a key that is believed at first sight", () => {
    const acceptNew = (user: string, ...more: string[]) =>
      configured(["StrictHostKeyChecking accept-new", `UserKnownHostsFile ${user}`, ...more]);

    test("is written down, and a changed one refused", async () => {
      const option = "&known_hosts_verify=auto";
      const known = await checked([], "new1", 22, option);
      await expect(known.verdict(bytes(keys.a))).resolves.toEqual({});
      expect(readFileSync(file(), "utf8")).toContain(`new1 ${keys.a}`);
      const again = await checked([`kvm1 ${keys.a}`], "kvm1", 22, option);
      await expect(again.objection(keys.b)).resolves.toMatchObject({ code: "denied" });
    });

    test("is held to for the rest of the run, though no file keeps it", async () => {
      const known = await acceptNew("/dev/null");
      await expect(known.verdict(bytes(keys.a))).resolves.toEqual({});
      for (const again of [known, await acceptNew("/dev/null")]) {
        await expect(again.verdict(bytes(keys.a))).resolves.toEqual({});
        await expect(again.objection(keys.b)).resolves.toMatchObject({
          message: expect.stringMatching(/has changed.*\(first seen\)/),
        });
      }
    });

    test("of two logins at once one decides", async () => {
      const path = join(folder, "at-once");
      const [one, other] = await Promise.all([acceptNew(path), acceptNew(path)]);
      const said = await Promise.all([one.objection(keys.a), other.objection(keys.b)]);
      expect(said).toEqual([undefined, expect.objectContaining({ code: "denied" })]);
    });

    test("stands on a line of its own, in a file whose last line does not end", async () => {
      const path = join(folder, "unended");
      writeFileSync(path, `other ${keys.b}`);
      await (await acceptNew(path)).verdict(bytes(keys.a));
      expect(readFileSync(path, "utf8")).toBe(`other ${keys.b}\nkvm1 ${keys.a}\n`);
    });

    test("goes into a new file in a new folder, for the user alone", async () => {
      const path = join(folder, "new/known");
      await (await acceptNew(path)).verdict(bytes(keys.a));
      expect(readFileSync(path, "utf8")).toBe(`kvm1 ${keys.a}\n`);
      expect(statSync(path).mode & 0o777).toBe(0o600);
    });

    test("is never written into the machine's file", async () => {
      const path = join(folder, "machine");
      writeFileSync(path, "");
      const known = await acceptNew("none", `GlobalKnownHostsFile ${path}`);
      await expect(known.verdict(bytes(keys.a))).resolves.toEqual({});
      expect(readFileSync(path, "utf8")).toBe("");
    });
  });

  describe("a key that is revoked is refused whatever else is said", () => {
    const careless = "StrictHostKeyChecking no";

    test.each([
      ["@revoked under the name", `@revoked kvm1 KEY`, 22],
      ["@revoked without the port", `@revoked kvm1 KEY`, 2201],
      ["@revoked for all", `@revoked * KEY`, 2201],
    ])("%s", async (_, line, port) => {
      for (const option of ["", "&no_verify=1", "&known_hosts_verify=auto"]) {
        const known = await checked([line.replace("KEY", keys.a)], "kvm1", port, option);
        await expect(known.objection(keys.a)).resolves.toMatchObject({ problem: expect.stringMatching(/is revoked/) });
      }
    });

    test("RevokedHostKeys, pinned or not", async () => {
      const list = join(folder, "revoked");
      writeFileSync(list, `# taken\n\n${keys.a} of kvm1\n`);
      for (const options of [{}, { hostKey: keys.a }]) {
        const known = await configured([careless, `RevokedHostKeys ${list}`], "", options);
        await expect(known.objection(keys.a)).resolves.toMatchObject({ problem: expect.stringMatching(/is revoked/) });
      }
    });

    test("one list that is packed is left to OpenSSH; no host is believed without one that cannot be read", async () => {
      const packed = join(folder, "packed");
      execFileSync("ssh-keygen", ["-q", "-k", "-f", packed, join(folder, "a.pub")]);
      expect((await configured([`RevokedHostKeys ${packed}`])).beyond).toMatch(/^RevokedHostKeys .*packed/);
      writeFileSync(packed, "no key\n");
      for (const path of [packed, join(folder, "nowhere")])
        await expect(configured([careless, `RevokedHostKeys ${path}`])).rejects.toMatchObject({ code: "denied" });
    });
  });
});
