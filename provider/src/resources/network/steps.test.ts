import { Failure } from "../../failure";
import { fakeHost, fakeRun } from "../testing/host";
import { command, section } from "./plan";
import { change } from "./steps";

const net = { name: "lan", uuid: "u" };
const xml = {
  before: "<network><name>lan</name></network>",
  after: "<network><name>lan</name><title>t</title></network>",
};
const update = { command: command.addLast, section: section.dnsTxt, parentIndex: -1, xml: "<txt/>" };

test.each([
  [true, [["networkDefineXml"], ["networkUpdate", 1]]],
  [false, [["networkDefineXml"]]],
])("entries beside a new definition go to the network only where it runs (%s)", async (active, expected) => {
  const { host, calls } = fakeHost({});
  await change(fakeRun().run, host, net, { updates: [update], define: true, restart: false }, xml, active);
  expect(calls.map(([name, { flags }]) => (flags === undefined ? [name] : [name, flags]))).toEqual(expected);
});

describe("a restart", () => {
  const guest = "<domain><devices><interface type='network'><source network='lan'/></interface></devices></domain>";
  const plan = { updates: [], define: true, restart: true };
  /** A network and one guest on it; `fails` says what happens at a call, which may be done all the same. */
  function restarting(fails: (procedure: string, nth: number) => { error: Failure; done: boolean } | undefined) {
    let active = true;
    let shelter: { name: string; uuid: string } | undefined;
    const counts: Record<string, number> = {};
    const sets = (procedure: string, now: boolean) => (): void => {
      counts[procedure] = (counts[procedure] ?? 0) + 1;
      const failing = fails(procedure, counts[procedure]);
      if (!failing && active === now) throw new Failure("refused", "it is so already");
      if (!failing || failing.done) active = now;
      if (failing) throw failing.error;
    };
    const fake = fakeHost({
      networkCreate: sets("networkCreate", true),
      networkDestroy: ({ net: { name } = net }: { net?: { name: string } }) => {
        if (name === "lan") sets("networkDestroy", false)();
        else shelter = undefined;
      },
      networkIsActive: () => ({ active }),
      connectListAllDomains: () => ({ domains: [{ name: "web", uuid: "w", id: 1 }] }),
      domainGetXmlDesc: () => ({ xml: guest }),
      networkCreateXml: () => {
        shelter = { name: "kvm-replug-lan", uuid: "o" };
      },
      connectListAllNetworks: () => ({ nets: shelter ? [shelter] : [] }),
      networkLookupByName: () => ({ net: shelter }),
      domainUpdateDeviceFlags: () => {
        const failing = fails("domainUpdateDeviceFlags", 1);
        if (failing) throw failing.error;
      },
    });
    return { ...fake, active: () => active, sheltered: () => shelter !== undefined };
  }
  const lost = new Failure("lost", "gone");
  const replugs = (names: readonly string[]): number => names.filter((n) => n === "domainUpdateDeviceFlags").length;

  test("goes on after Ctrl-C once the network is stopped", async () => {
    const { run, stop } = fakeRun();
    const { host, names, active } = restarting((procedure) => {
      if (procedure === "networkDestroy") stop();
      return undefined;
    });
    await change(run, host, net, plan, xml, true);
    expect([active(), replugs(names())]).toEqual([true, 2]);
  });
  test("stops nothing after Ctrl-C before it", async () => {
    const { run, stop } = fakeRun();
    stop();
    const { host, names } = restarting(() => undefined);
    await expect(change(run, host, net, plan, xml, true)).rejects.toMatchObject({ code: "cancelled" });
    expect(names()).toEqual([]);
  });
  test.each(["networkDestroy", "networkCreate"])("that the lost answer to %s hides is seen", async (which) => {
    const { host, names, active, calls } = restarting((procedure, nth) =>
      procedure === which && nth === 1 ? { error: lost, done: true } : undefined,
    );
    await change(fakeRun().run, host, net, plan, xml, true);
    expect([active(), replugs(names())]).toEqual([true, 2]);
    expect(calls.filter(([name]) => name === "networkDefineXml")).toEqual([["networkDefineXml", { xml: xml.after }]]);
  });
  test("that breaks off leaves the network on which the next run sees that", async () => {
    const { host, sheltered, active } = restarting((procedure) =>
      procedure === "domainUpdateDeviceFlags" ? { error: lost, done: false } : undefined,
    );
    await expect(change(fakeRun().run, host, net, plan, xml, true)).rejects.toMatchObject({ code: "lost" });
    expect([active(), sheltered()]).toEqual([true, true]);
    const other = restarting(() => undefined);
    await change(fakeRun().run, other.host, net, plan, xml, true);
    expect(other.sheltered()).toBe(false);
  });
  test("that is refused ends with the old network, and the guests on it", async () => {
    const { host, names, active, calls } = restarting((procedure, nth) =>
      procedure === "networkCreate" && nth === 1 ? { error: new Failure("refused", "no"), done: false } : undefined,
    );
    await expect(change(fakeRun().run, host, net, plan, xml, true)).rejects.toThrow(/runs again as it was before/);
    expect([active(), replugs(names())]).toEqual([true, 2]);
    expect(calls.filter(([name]) => name === "networkDefineXml").at(-1)?.[1]).toEqual({ xml: xml.before });
  });
});
