import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unix } from "./unix";
import { parseUri } from "./uri";

describe("another driver's daemon", () => {
  let folder: string;
  const servers: Server[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sockets-"));
    mkdirSync(join(folder, "libvirt"));
  });
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
    rmSync(folder, { recursive: true });
  });
  /** Daemons that say their names. */
  async function daemons(...names: string[]): Promise<void> {
    for (const name of names) {
      const server = createServer((client) => client.on("error", () => undefined).end(name));
      servers.push(server);
      await new Promise<void>((ready) => server.listen(join(folder, "libvirt", name), ready));
    }
  }
  const reached = async (main: string): Promise<string | undefined> => {
    const session = unix(parseUri(`qemu:///system?socket=${join(folder, "libvirt", main)}`));
    expect(await session.beside?.("storage")).toBeUndefined();
    (await session.open()).destroy();
    const stream = await session.beside?.("storage");
    let said = "";
    for await (const chunk of stream ?? []) said += chunk;
    return said || undefined;
  };

  test.each([
    ["virtqemud-sock", "virtstoraged-sock"],
    ["virtqemud-sock-ro", "virtstoraged-sock-ro"],
  ])("is found beside %s", async (main, other) => {
    await daemons(main, other);
    expect(await reached(main)).toBe(other);
  });
  test("is not looked for beside the one that serves all drivers", async () => {
    await daemons("libvirt-sock", "virtstoraged-sock");
    expect(await reached("libvirt-sock")).toBeUndefined();
  });
  test("need not run", async () => {
    await daemons("virtqemud-sock");
    expect(await reached("virtqemud-sock")).toBeUndefined();
  });
});
