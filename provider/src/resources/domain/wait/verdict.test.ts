import { power } from "../powerState";
import { type Facts, verdict } from "./verdict";

const mac = "52:54:00:aa:bb:cc";
const nothing: Facts = { answers: {}, agentAnswers: false };
const lease = { found: [{ mac, address: "192.168.122.5" }] };
const running = power({ state: 1, reason: 1 });

const over = (wanted: Parameters<typeof verdict>[0], facts: Partial<Facts>) =>
  verdict(wanted, [mac], { ...nothing, power: running, ...facts }).over;

describe("an address", () => {
  test("of any source ends the wait, with the address", () => {
    for (const source of ["lease", "arp", "agent"] as const) {
      const { over, seen } = verdict({ address: "any" }, [mac], { ...nothing, answers: { [source]: lease } });
      expect([over, seen.addresses]).toEqual([[], ["192.168.122.5"]]);
    }
  });
  test("of a source that was not asked for does not count", () => {
    expect(over({ address: "any", addressSources: ["agent"] }, { answers: { lease } })).toBeUndefined();
  });
  test("of the wrong version does not count", () => {
    expect(over({ address: "ipv6" }, { answers: { lease } })).toBeUndefined();
  });
  test("is not waited for where none is wanted", () => {
    expect(over({ address: "none" }, {})).toEqual([]);
    expect(over({}, {})).toEqual([]);
  });
});

describe("a machine that stands still", () => {
  test.each([
    ["stopped", 5, 1, /the guest shut down/],
    ["crashed", 5, 3, /it crashed/],
    ["paused by an I/O error", 3, 5, /disk is full/],
  ])("%s ends the wait at once, and says why", (_what, state, reason, says) => {
    const reasons = over({ address: "any" }, { power: power({ state, reason }) });
    expect(reasons).toHaveLength(1);
    expect(reasons?.[0]).toMatch(says);
  });
  test("paused for a snapshot or by a person is waited for", () => {
    for (const reason of [1, 9])
      expect(over({ address: "any" }, { power: power({ state: 3, reason }) })).toBeUndefined();
  });
  test("is no reason where all that was wanted is there", () => {
    expect(over({ address: "any" }, { answers: { lease }, power: power({ state: 5, reason: 1 }) })).toEqual([]);
  });
});

describe("cloud-init", () => {
  const wanted = { cloudInit: true };
  test("is waited for until the agent or the console tells its end", () => {
    expect(over(wanted, { fromAgent: { runs: true } })).toBeUndefined();
    expect(over(wanted, { fromAgent: { ended: { errors: [], warnings: [] } } })).toEqual([]);
    expect(over(wanted, { heard: { errors: [], warnings: [] } })).toEqual([]);
  });
  test("tells its errors in its own words", () => {
    expect(over(wanted, { heard: { errors: ["Failed to run module scripts-user"], warnings: [] } })?.[0]).toContain(
      "Failed to run module scripts-user",
    );
  });
  test("that never ran is a reason at once", () => {
    expect(over(wanted, { fromAgent: { off: "no seed" } })?.[0]).toContain("no seed");
  });
  test("that nobody waits for is nobody's reason", () => {
    const facts = { answers: { lease }, heard: { errors: ["x"], warnings: ["y"] } };
    expect(verdict({ address: "any" }, [mac], { ...nothing, ...facts })).toMatchObject({ over: [], warnings: [] });
  });
  test("and the address are both waited for", () => {
    const facts: Partial<Facts> = { answers: { lease } };
    expect(over({ address: "any", cloudInit: true }, facts)).toBeUndefined();
    expect(verdict({ address: "any", cloudInit: true, agent: true }, [mac], nothing).pending).toEqual({
      address: "any",
      agent: true,
      cloudInit: true,
    });
  });
});
