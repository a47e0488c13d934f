/** Waiting for real guests: addresses, the agent, and ends that are not what was wanted. */
import { powerOf, start, stop } from "../../provider/src/resources/domain/power";
import { lookOnce, waitFor } from "../../provider/src/resources/domain/wait";
import { lab, virsh } from "../lab/lab";
import { define, type Guest, ownHost, remove, running } from "./guests";

jest.setTimeout(240_000);
const { name: own } = lab().own;
const { host, close } = ownHost();
const made: Guest[] = [];
const newGuest = async (
  ...args: Parameters<typeof define> extends [unknown, ...infer R] ? R : never
): Promise<Guest> => {
  const guest = await define(host, ...args);
  made.push(guest);
  return guest;
};
afterAll(async () => {
  for (const guest of made) await remove(host, guest);
  await close();
});

test("an address and the agent, and after a restart only what is of this life", async () => {
  const guest = await newGuest("wait-1", 1);
  const first = running();
  const booting = await start(first, host, guest.uuid);
  expect(booting).toBe(true);
  const { seen, reasons } = await waitFor(first, host, { ...guest, booting }, { address: "any", agent: true });
  expect(reasons).toEqual([]);
  expect(seen.addresses[0]).toMatch(/^192\.168\.12\d\.\d+$/);
  expect(seen.nics).toEqual([{ name: expect.any(String), mac: guest.macs[0], addresses: seen.addresses }]);
  expect(first.said.join("\n")).toMatch(
    /waiting for an address and the guest agent: lease (none|only of before this start), arp .*, agent not connected \(\d+ s\)/,
  );
  // With the agent's own answer the card has the name that the guest gave it.
  expect((await lookOnce(host, guest, {})).nics[0]?.name).toBe("eth0");

  // The lab's kernel is one of those on which this libvirt cannot read the neighbour table.
  const byArp = await waitFor(first, host, guest, { address: "any", addressSources: ["arp"], timeout: 30 });
  expect(byArp).toMatchObject({ reasons: [], seen: { addresses: seen.addresses } });

  await stop(first, host, guest.uuid, {});
  const second = running();
  const again = await start(second, host, guest.uuid);
  const waited = waitFor(second, host, { ...guest, booting: again }, { address: "any", addressSources: ["lease"] });
  await second.seen(/lease only of before this start/);
  expect(await waited).toMatchObject({ reasons: [], seen: { addresses: seen.addresses } });
});

test("a guest that is switched off ends the wait at once, by its event", async () => {
  const guest = await newGuest("wait-2", 2);
  const run = running();
  await start(run, host, guest.uuid);
  const waited = waitFor(run, host, guest, { address: "ipv6" });
  await run.seen(/waiting for an IPv6 address: lease none/);
  const began = Date.now();
  await virsh(own, "destroy", "wait-2");
  const { reasons } = await waited;
  expect(reasons).toEqual([expect.stringContaining("somebody switched it off")]);
  // Far below the wait's own deadline, and above what a busy machine takes.
  expect(Date.now() - began).toBeLessThan(30_000);
});

test("a guest without a card or an agent: the wait ends in time, says what each source answered and keeps the machine", async () => {
  const guest = await newGuest("wait-3", 3, { agent: false });
  const run = running();
  await start(run, host, guest.uuid);
  const { reasons } = await waitFor(
    run,
    host,
    { ...guest, booting: true },
    { address: "ipv6", agent: true, cloudInit: true, timeout: 2 },
  );
  expect(reasons).toHaveLength(3);
  expect(reasons[0]).toMatch(
    /no IPv6 address within \d s \(lease: .*; arp: .*; agent: not configured\)\. The machine is kept/,
  );
  expect(reasons[1]).toMatch(/the guest agent did not answer within \d s \(not configured\)/);
  expect(reasons[2]).toMatch(/cloud-init was not through within \d s/);
  expect((await powerOf(host, guest.uuid, {})).state).toBe("running");

  // Ctrl-C on the same machine.
  const cancelled = running();
  const waited = waitFor(cancelled, host, guest, { address: "ipv6" });
  await cancelled.seen(/waiting for an IPv6 address: lease/);
  cancelled.stop();
  expect((await waited).reasons).toEqual([expect.stringMatching(/was cancelled\. The machine is kept/)]);
  expect((await powerOf(host, guest.uuid, {})).state).toBe("running");

  // The user's own deadline counts where the program says no time.
  const late = running(Date.now() + 1500);
  expect((await waitFor(late, host, guest, { agent: true })).reasons).toHaveLength(1);
});

test("a console that somebody else holds is told, not taken", async () => {
  const guest = await newGuest("wait-4", 4, { agent: false, network: false });
  const run = running();
  await start(run, host, guest.uuid);
  const holder = new AbortController();
  const pieces = host
    .download("domainOpenConsole", { dom: { uuid: guest.uuid } }, { signal: holder.signal })
    [Symbol.asyncIterator]();
  // Its first words say that it is ours.
  await pieces.next();
  const { reasons } = await waitFor(run, host, guest, { cloudInit: true, timeout: 4 });
  holder.abort();
  await pieces.return?.();
  expect(reasons).toEqual([expect.stringMatching(/console: .*[Aa]ctive console session exists/)]);
});
