import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2 from "ssh2";
import { parseUri } from "../uri";
import { prepare } from "./prepare";
import { reach } from "./reach";

/** What a ProxyCommand leads to; `over` resolves when its stream has ended. */
async function reached(line: string) {
  const folder = mkdtempSync(join(tmpdir(), "reach-"));
  const configFile = join(folder, "config");
  writeFileSync(configFile, `ProxyCommand ${line}\n`);
  const prepared = await prepare(parseUri("qemu+ssh://h/system"), { configFile, agent: "none" }, ssh2);
  const { stream, leave, said } = await reach(prepared, () => Promise.reject(new Error("there is no hop")), {});
  rmSync(folder, { recursive: true });
  return { leave, said, over: new Promise((resolve) => stream.once("close", resolve)) };
}

test("a ProxyCommand that is left before anybody logs in ends, and harms nobody", async () => {
  const { leave, said, over } = await reached("sleep 60");
  leave();
  await over;
  await expect(said).resolves.toBe("the ProxyCommand said: nothing");
});

test("all that a ProxyCommand has started ends with it, though it will not hear of it", async () => {
  const { leave, said, over } = await reached(`sh -c "trap '' TERM; sleep 600 | sleep 600"`);
  leave();
  await over;
  // It is told when nobody holds its output open any more.
  await expect(said).resolves.toMatch(/said: nothing/);
});

test("a ProxyCommand's own text is never told, though the shell quotes it", async () => {
  const { said } = await reached("connect --password hunter2 (");
  await expect(said).resolves.toMatch(/said: .*syntax error/i);
  await expect(said).resolves.not.toMatch(/hunter2/);
});
