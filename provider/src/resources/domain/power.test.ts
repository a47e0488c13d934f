import fc from "fast-check";
import { attempts, stop } from "./power";
import { fakeHost, fakeRun } from "./testing/host";

describe("how a machine is asked to stop", () => {
  test("by default the agent first, then the power button twice, and at last it is switched off", () => {
    expect(attempts({})).toEqual([
      { by: "agent", after: 0 },
      { by: "acpi", after: 30_000 },
      { by: "acpi", after: 45_000 },
      { by: "force", after: 60_000 },
    ]);
  });

  test.each(["agent", "acpi"] as const)("by %s alone", (method) => {
    expect(new Set(attempts({ method, timeout: 10 }).map(({ by }) => by))).toEqual(new Set([method, "force"]));
  });

  test("by force at once, also where no time is given or left", () => {
    const now = [{ by: "force", after: 0 }];
    expect(attempts({ method: "force" })).toEqual(now);
    expect(attempts({ timeout: 0 })).toEqual(now);
    expect(attempts({}, -5)).toEqual(now);
  });

  test("always ends by force, in order, before the user's own deadline", () => {
    const policy = fc.record({
      timeout: fc.nat(1e6),
      method: fc.constantFrom("agent" as const, "acpi" as const, "graceful" as const),
    });
    fc.assert(
      fc.property(policy, fc.integer({ min: 1, max: 1e9 }), (policy, left) => {
        const all = attempts(policy, left);
        const times = all.map(({ after }) => after);
        expect(all.at(-1)?.by).toBe("force");
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(times.at(-1)).toBeLessThan(left);
      }),
    );
  });
});

describe("a machine that libvirt paused", () => {
  const uuid = "u";
  const paused = (reason: number) => {
    const fake = fakeHost();
    const xml = "<domain><uuid>u</uuid></domain>";
    fake.machines.set(uuid, { xml, live: xml, state: 3, reason, autostart: false });
    return fake;
  };
  const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

  test.each([2, 3, 4, 8, 9, 11, 12])(
    "for a job of its own (%i) is waited for, then asked to shut down",
    async (reason) => {
      const fake = paused(reason);
      const stopping = stop(fakeRun(), fake.host, uuid, {});
      await soon();
      expect(fake.asked).toEqual([]);
      Object.assign(fake.machines.get(uuid) ?? {}, { state: 1, reason: 1 });
      fake.happen();
      await stopping;
      expect(fake.asked).toEqual(["domainShutdownFlags"]);
    },
  );

  test.each([5, 6, 10, 13, 14])("for a fault (%i) is switched off and does not go on", async (reason) => {
    const fake = paused(reason);
    await stop(fakeRun(), fake.host, uuid, {});
    expect(fake.asked).toEqual(["domainDestroyFlags"]);
  });

  test("in the middle of a shutdown is not switched off", async () => {
    const fake = paused(1);
    Object.assign(fake.machines.get(uuid) ?? {}, { state: 1 });
    fake.instead.set("domainShutdownFlags", () =>
      Object.assign(fake.machines.get(uuid) ?? {}, { state: 3, reason: 9 }),
    );
    const stopping = stop(fakeRun(), fake.host, uuid, { method: "acpi", timeout: 0.05 });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(fake.asked).not.toContain("domainDestroyFlags");
    Object.assign(fake.machines.get(uuid) ?? {}, { state: 1, reason: 1 });
    fake.happen();
    await stopping;
    expect(fake.asked.at(-1)).toBe("domainDestroyFlags");
  });

  test("stays where its job outlasts the deadline, and the user is told why; by force it goes at once", async () => {
    const fake = paused(9);
    await expect(stop(fakeRun(Date.now() + 50), fake.host, uuid, {})).rejects.toMatchObject({
      code: "timeout",
      message: expect.stringMatching(/paused for a snapshot/),
    });
    expect(fake.asked).toEqual([]);
    await stop(fakeRun(), fake.host, uuid, { method: "force" });
    expect(fake.asked).toEqual(["domainDestroyFlags"]);
  });
});
