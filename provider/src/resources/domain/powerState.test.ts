import fc from "fast-check";
import { power } from "./powerState";

test.each([
  [1, 1, "running", false],
  [2, 0, "running", false],
  [3, 1, "paused", false],
  [3, 2, "paused", true],
  [3, 5, "paused", true],
  [3, 7, "paused", false],
  [4, 0, "running", false],
  [5, 1, "stopped", false],
  [6, 1, "stopped", true],
  [7, 0, "running", false],
])("state %i for reason %i is %s (libvirt's own doing: %s)", (state, reason, is, byLibvirt) => {
  expect(power({ state, reason })).toMatchObject({ state: is, byLibvirt });
});

test("every state of a later libvirt has a meaning", () => {
  fc.assert(
    fc.property(fc.nat(20), fc.nat(30), (state, reason) => {
      expect(power({ state, reason }).why).toMatch(/\w/);
    }),
  );
});
