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
/** virDomainEventType */
const STARTED = 2;
/** virDomainState */
const RUNNING = 1;
