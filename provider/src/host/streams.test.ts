import { renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { connectionAnswers, type Hears } from "../libvirt/testing/answers";
import { fakeDaemon } from "../libvirt/testing/daemon";
import { openHosts } from "./index";

/** Timers are the test's, sockets are real. */
beforeEach(() => jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask", "performance"] }));
afterEach(() => jest.useRealTimers());

test("the daemon that takes a volume's data is asked whether it lives, not that of the domains", async () => {
  const asked: string[] = [];
  let again: () => void = () => undefined;
  const askedAgain = new Promise<void>((resolve) => {
    again = resolve;
  });
  const daemon = (name: string) => {
    const hears: Hears = (caller, header) => {
      if (connectionAnswers(caller, header)) return;
      if (header.procedure === 208 && header.type === 0) caller.reply(header, "storageVolUpload", {});
      if (header.procedure === 208 && header.type === 3 && header.status === 0) caller.send(header);
      if (header.procedure !== 157) return;
      caller.reply(header, "connectGetLibVersion", { libVer: 9_000_000n });
      if (asked.push(name) > 1) again();
    };
    return fakeDaemon(hears);
  };
  const [domains, storage] = [await daemon("domains"), await daemon("storage")];
  const socket = join(dirname(domains.path), "virtqemud-sock");
  renameSync(domains.path, socket);
  renameSync(storage.path, join(dirname(domains.path), "virtstoraged-sock"));
  const hosts = openHosts({ alpha: { uri: `qemu+unix:///system?socket=${socket}` } });
  async function* source(): AsyncGenerator<Uint8Array> {
    jest.advanceTimersByTime(4000);
    await askedAgain;
    yield Buffer.alloc(1);
  }
  try {
    const host = hosts.get();
    // From here on it is known which daemon was reached.
    await host.call("connectGetLibVersion", {});
    const vol = { pool: "default", name: "disk" };
    await host.upload("storageVolUpload", { vol, offset: 0, length: 0 }, source());
    expect(asked).toEqual(["domains", "storage"]);
  } finally {
    await hosts.close();
    await domains.close();
    await storage.close();
  }
});
