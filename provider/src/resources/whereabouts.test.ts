import { resources } from "../model";
import type { Bag } from "../plugin/resource";
import { unknown } from "../unknown";
import type { Context } from "./context";
import { contextOf } from "./testing/context";
import { checkHost, hostStaying, located } from "./whereabouts";

const context = (...names: string[]): Context => contextOf(names);
const reasons = (names: string[], news: Bag, olds?: Bag): string[] =>
  checkHost(context(...names), {
    urn: "u",
    name: "n",
    olds: olds && { values: olds, secrets: [] },
    news: { values: news, secrets: [] },
    autonaming: undefined,
  }).map(({ reason }) => reason);

test("an id of one host is the id alone; of several it says which", () => {
  expect(located(context(), "lan")).toEqual({ name: undefined, id: "lan" });
  expect(located(context("alpha", "beta"), "beta:pool/v:1")).toEqual({ name: "beta", id: "pool/v:1" });
  expect(() => located(context("alpha", "beta"), "lan")).toThrow(/alpha:lan, beta:lan/);
  for (const id of ["lan", "beta:lan"])
    expect(located(context("alpha", "beta"), id, { host: "beta" })).toEqual({ name: "beta", id: "lan" });
});
test("the host must be one of the provider's, and stays", () => {
  expect(reasons([], {})).toEqual([]);
  expect(reasons([], { host: "alpha" })).toEqual([expect.stringMatching(/leave it out/)]);
  expect(reasons(["alpha", "beta"], {})).toEqual([expect.stringMatching(/required.*alpha, beta/)]);
  expect(reasons(["alpha", "beta"], { host: "gamma" })).toEqual([expect.stringMatching(/gamma.*alpha, beta/)]);
  expect(reasons(["alpha", "beta"], { host: "beta" }, { host: "beta" })).toEqual([]);
  expect(reasons(["alpha", "beta"], { host: "beta" }, { host: "alpha" })).toEqual([expect.stringMatching(/was alpha/)]);
});
test("that it stays is what the declarations say, and with them the reference", () => {
  for (const { inputs } of Object.values(resources)) expect(inputs.shape.host.facts.lands).toBe("never");
});
test("a host that a preview does not know yet is the one of before", () => {
  const hosts = { names: ["alpha"], get: (name?: string) => ({ name }) as never, close: async () => undefined };
  const several = { ...context(), hosts: () => hosts };
  expect(hostStaying(several, { host: "alpha" }, { host: unknown }).name).toBe("alpha");
  expect(hostStaying(several, {}, { host: "alpha" }).name).toBe("alpha");
});
