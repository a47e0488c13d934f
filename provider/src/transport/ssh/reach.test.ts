import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2 from "ssh2";
import { parseUri } from "../uri";
import { prepare } from "./prepare";
import { reach } from "./reach";

test("a ProxyCommand that is left before anybody logs in ends, and harms nobody", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reach-"));
  const configFile = join(folder, "config");
  writeFileSync(configFile, "ProxyCommand sleep 60\n");
  const prepared = await prepare(parseUri("qemu+ssh://h/system"), { configFile, agent: "none" }, ssh2);
  const { stream, leave, said } = await reach(prepared, () => Promise.reject(new Error("there is no hop")), {});
  const closed = new Promise((resolve) => stream.once("close", resolve));
  leave();
  await closed;
  await expect(said).resolves.toBe("ProxyCommand `sleep 60` said: nothing");
  rmSync(folder, { recursive: true });
});
