import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2 from "ssh2";
import { parseUri } from "../uri";
import { destination } from "./destination";
import { identities } from "./identities";
import type { SshOptions } from "./options";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "keys-"));
  for (const [name, phrase] of [
    ["open", ""],
    ["locked", "sesame"],
  ] as const)
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", phrase, "-f", join(folder, name)]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const offered = async (keyfile: string | undefined, options: SshOptions = {}, more = "") => {
  const named = keyfile === undefined ? "" : `keyfile=${join(folder, keyfile)}`;
  const to = await destination(parseUri(`qemu+ssh://root@h/system?${named}${more}`), {
    configFile: "none",
    ...options,
  });
  return (await identities(to, ssh2, {})).offers;
};

describe("identities", () => {
  test("a key file is offered under its name and fingerprint", async () => {
    const [key, ...others] = await offered("open");
    const printed = execFileSync("ssh-keygen", ["-lf", join(folder, "open.pub")]).toString();
    expect(key?.label).toBe(`${join(folder, "open")} (${printed.split(" ")[1]})`);
    expect(others).toEqual([]);
  });

  test("a key's text and a key's file are told apart", async () => {
    const text = readFileSync(join(folder, "open"), "utf8");
    expect((await offered(undefined, { privateKey: text }))[0]?.label).toMatch(/^privateKey \(SHA256/);
    expect((await offered("missing", { privateKey: join(folder, "open") }))[0]?.label).toContain(join(folder, "open"));
  });

  test("a locked key says that it is locked, opens with its passphrase, and never shows it", async () => {
    await expect(offered("locked")).rejects.toMatchObject({
      code: "denied",
      problem: expect.stringMatching(/locked by a passphrase/),
    });
    await expect(offered("locked", { passphrase: "sesame" })).resolves.toHaveLength(1);
    await expect(offered("locked", { passphrase: "wrong-one" })).rejects.toMatchObject({
      problem: expect.stringMatching(/does not open/),
      message: expect.not.stringMatching(/wrong-one/),
    });
  });

  test("an agent that is gone is told from one that holds nothing", async () => {
    const [agent] = await offered(undefined, { agent: join(folder, "gone") });
    expect(agent?.label).toBe("the agent's keys (Failed to connect to agent)");
  });

  test.each(["missing", "open.pub"])("%s is refused by name", async (name) => {
    await expect(offered(name)).rejects.toMatchObject({ code: "invalid", problem: expect.stringContaining(name) });
  });
});
