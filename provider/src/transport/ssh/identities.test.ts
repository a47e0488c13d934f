import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
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

  test("a locked key that the agent holds is offered through the agent, and no other of its keys", async () => {
    const socket = join(folder, "agent");
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: ["ignore", "pipe", "inherit"] });
    // Its first words come when it listens.
    await once(agent.stdout, "data");
    try {
      const env = { ...process.env, SSH_AUTH_SOCK: socket };
      execFileSync("ssh-add", ["-q", join(folder, "open")], { env });
      await expect(offered("locked", { agent: socket })).rejects.toMatchObject({ code: "denied" });
      // What a person would be asked for.
      const ask = join(folder, "ask");
      writeFileSync(ask, "#!/bin/sh\necho sesame\n", { mode: 0o755 });
      execFileSync("ssh-add", ["-q", join(folder, "locked")], {
        env: { ...env, SSH_ASKPASS: ask, SSH_ASKPASS_REQUIRE: "force" },
      });
      const printed = execFileSync("ssh-keygen", ["-lf", join(folder, "locked.pub")])
        .toString()
        .split(" ")[1];
      // Its own text tells which key it is, without the file beside it.
      renameSync(join(folder, "locked.pub"), join(folder, "aside"));
      const offers = await offered("locked", { agent: socket });
      renameSync(join(folder, "aside"), join(folder, "locked.pub"));
      expect(offers.map(({ label }) => label)).toEqual([`the agent's keys (${printed})`]);
    } finally {
      agent.kill();
    }
  });

  test("an agent that is gone is told from one that holds nothing", async () => {
    const [agent] = await offered(undefined, { agent: join(folder, "gone") });
    expect(agent?.label).toBe("the agent's keys (Failed to connect to agent)");
  });

  test.each(["missing", "open.pub"])("%s is refused by name", async (name) => {
    await expect(offered(name)).rejects.toMatchObject({ code: "invalid", problem: expect.stringContaining(name) });
  });
});
