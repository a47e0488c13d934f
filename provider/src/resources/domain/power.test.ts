import fc from "fast-check";
import { attempts } from "./power";

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
