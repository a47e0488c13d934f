import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseUri } from "../uri";
import { destination } from "./destination";
import { hostKeys } from "./hostKey";
import { fingerprint, keyType } from "./knownHosts";

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
  return hostKeys(await destination(address, { hostKey: pinned, configFile: "none" }));
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
    await expect(known.objection(bytes(keys.a))).resolves.toBeUndefined();
  });

  test.each([22, 2201])("a name hashed by ssh-keygen -H is found (port %i)", async (port) => {
    await checked([`${port === 22 ? "kvm1" : `[kvm1]:${port}`} ${keys.a}`]);
    execFileSync("ssh-keygen", ["-q", "-H", "-f", file()], { stdio: "ignore" });
    const text = readFileSync(file(), "utf8").trim();
    expect(text).toMatch(/^\|1\|/);
    const known = await checked([text], "kvm1", port);
    await expect(known.objection(bytes(keys.a))).resolves.toBeUndefined();
    await expect(known.objection(bytes(keys.b))).resolves.toMatchObject({ code: "denied" });
  });

  test("an unknown key is refused with its fingerprint and the line that adds it", async () => {
    const known = await checked([`other ${keys.a}`, `!kvm1,* ${keys.a}`]);
    const failure = await known.objection(bytes(keys.b));
    expect(failure?.code).toBe("denied");
    expect(failure?.message).toContain(fingerprint(bytes(keys.b)));
    expect(failure?.message).toContain(`\`ssh-keyscan -t ed25519 kvm1 >> ${file()}\``);
    expect(known.algorithms).toBeUndefined();
  });

  test("a changed key is refused with both fingerprints, the line it stands in, and the lines that renew it", async () => {
    const known = await checked(["# first", `[kvm1]:2201 ${keys.a}`], "kvm1", 2201);
    const message = (await known.objection(bytes(keys.b)))?.message;
    expect(message).toContain(fingerprint(bytes(keys.a)));
    expect(message).toContain(fingerprint(bytes(keys.b)));
    expect(message).toContain(`${file()} line 2`);
    expect(message).toContain(`ssh-keygen -R '[kvm1]:2201' -f ${file()}`);
  });

  test("another port's key does not accuse, but does not vouch either", async () => {
    const known = await checked([`kvm1 ${keys.a}`], "kvm1", 2201);
    await expect(known.objection(bytes(keys.b))).resolves.toMatchObject({
      problem: expect.stringMatching(/not known/),
    });
  });

  test("a revoked key is refused even where it is known", async () => {
    const known = await checked([`kvm1 ${keys.a}`, `@revoked * ${keys.a}`]);
    await expect(known.objection(bytes(keys.a))).resolves.toMatchObject({ problem: expect.stringMatching(/revoked/) });
  });

  test("only the kinds of key that are known are asked for, so that the host shows one of them", async () => {
    expect((await checked([`kvm1 ${keys.rsa}`])).algorithms).toEqual(["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"]);
    expect((await checked([`kvm1 ${keys.rsa}`, `kvm1 ${keys.a}`])).algorithms).toContain("ssh-ed25519");
  });

  test.each(["&no_verify=1", "&known_hosts_verify=ignore"])("%s accepts any key", async (option) => {
    const known = await checked([`kvm1 ${keys.a}`], "kvm1", 22, option);
    await expect(known.objection(bytes(keys.b))).resolves.toBeUndefined();
  });

  test("known_hosts_verify=auto writes an unknown key down, and refuses a changed one", async () => {
    const known = await checked([], "kvm1", 22, "&known_hosts_verify=auto");
    await expect(known.objection(bytes(keys.a))).resolves.toBeUndefined();
    expect(readFileSync(file(), "utf8")).toContain(`kvm1 ${keys.a}`);
    const again = await checked([`kvm1 ${keys.a}`], "kvm1", 22, "&known_hosts_verify=auto");
    await expect(again.objection(bytes(keys.b))).resolves.toMatchObject({ code: "denied" });
  });

  test("a pinned key is the only one", async () => {
    const known = await checked([`kvm1 ${keys.b}`], "kvm1", 22, "", keys.a);
    await expect(known.objection(bytes(keys.a))).resolves.toBeUndefined();
    await expect(known.objection(bytes(keys.b))).resolves.toMatchObject({
      message: expect.stringMatching(/change `hostKey`/),
    });
    await expect(checked([], "kvm1", 22, "", "ssh-ed25519 nonsense")).rejects.toMatchObject({ code: "invalid" });
  });
});
