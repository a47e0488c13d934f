/** A daemon that is restarted under a running guest, and a provider that goes on. */
import { bootId, daemon, lab, on, virsh } from "../lab/lab";
import { define, ownHost, remove } from "./guests";

const own = lab().own.name;

test("reads go on, events come again, and the guest never noticed", async () => {
  const { host, close } = ownHost();
  const [guest, other] = [
    await define(host, "e2e-restart", 0x70, { network: false }),
    await define(host, "e2e-restart-2", 0x71, { network: false }),
  ];
  try {
    const process = (): Promise<string> => on(own, "cat", "/run/libvirt/qemu/e2e-restart.pid");
    const seen: string[] = [];
    let resumed: () => void = () => undefined;
    const came = new Promise<void>((resolve) => {
      resumed = resolve;
    });
    await host.on("domainLifecycle", ({ dom, event }) => {
      seen.push(`${dom.name} ${event}`);
      if (dom.name === other.name && event === STARTED) resumed();
    });
    await host.call("domainCreateWithFlags", { dom: guest });
    const boot = await host.until(["domainAgentLifecycle"], () => bootId(own, guest.name).catch(() => undefined), {
      deadline: Date.now() + 120_000,
    });
    const before = await process();
    seen.length = 0;

    await daemon(own, "restart");

    expect((await host.call("domainGetState", { dom: guest })).state).toBe(RUNNING);
    await virsh(own, "start", "--paused", other.name);
    await came;
    const again = await host.until(["domainAgentLifecycle"], () => bootId(own, guest.name).catch(() => undefined), {
      deadline: Date.now() + 30_000,
    });
    expect([again, await process()]).toEqual([boot, before]);
    expect(seen.filter((event) => event.startsWith(`${guest.name} `))).toEqual([]);
  } finally {
    for (const one of [guest, other]) await remove(host, one);
    await close();
  }
});
test("a restart fails no question", async () => {
  const { host, close } = ownHost();
  try {
    const { pool } = await host.call("storagePoolLookupByName", { name: "default" });
    const questions: (() => Promise<unknown>)[] = [
      () => host.call("connectGetHostname", {}),
      () => host.call("storagePoolGetInfo", { pool }),
      () => host.call("storagePoolListAllVolumes", { pool }),
      () => host.call("connectListAllNetworks", {}),
      () => host.capabilities(),
    ];
    let restarted = false;
    let asked = 0;
    const asker = async (_: unknown, nth: number): Promise<void> => {
      const ask = questions[nth % questions.length] as () => Promise<unknown>;
      for (let last = false; !last; asked++) {
        // The last question is asked of the daemon that came back.
        last = restarted;
        await ask();
        // An answer that is known already comes without a turn of the loop, and nothing else would ever have its own.
        await new Promise(setImmediate);
      }
    };
    const askers = Promise.allSettled(Array.from({ length: 20 }, asker));
    const restart = daemon(own, "restart").finally(() => {
      restarted = true;
    });
    const failed = (await askers).flatMap((end) => (end.status === "rejected" ? [String(end.reason)] : []));
    await restart;
    expect(failed).toEqual([]);
    expect(asked).toBeGreaterThan(20);
  } finally {
    await close();
  }
});

/** Where each driver has a daemon. */
(lab().own.kind === "modular" ? test : test.skip)(
  "the data of a volume go to the storage driver's own daemon: that of the domains may hang meanwhile",
  async () => {
    const { host, close } = ownHost();
    const vol = { pool: "default", name: "e2e-beside" };
    const send = async (signal: string): Promise<unknown> =>
      on(own, "sh", "-c", `kill -${signal} "$(cat /run/lab/virtqemud.pid)"`);
    async function* source(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(1_000_000, 1);
      await send("STOP");
      yield Buffer.alloc(3_000_000, 2);
    }
    await virsh(own, "vol-create-as", vol.pool, vol.name, "4M", "--format", "raw");
    try {
      await host.identity();
      await host
        .upload("storageVolUpload", { vol, offset: 0n, length: 4_000_000n }, source())
        .finally(() => send("CONT"));
      const end = await on(
        own,
        "sh",
        "-c",
        `head -c 4000000 /var/lib/libvirt/images/${vol.name} | tail -c 2 | od -An -tx1`,
      );
      expect(end).toBe(" 02 02\n");
    } finally {
      await virsh(own, "vol-delete", "--pool", vol.pool, vol.name);
      await close();
    }
  },
  60_000,
);

/** virDomainEventType */
const STARTED = 2;
/** virDomainState */
const RUNNING = 1;
