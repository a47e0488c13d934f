import { Failure } from "../../failure";
import { contextOf } from "../testing/context";
import { find } from "./find";
import { fakeHost } from "./testing/host";

const uuid = "0a1b2c3d-4e5f-4a7b-9c8d-7e6f5a4b3c2d";
const machine = { xml: `<domain><name>vm</name><uuid>${uuid}</uuid></domain>`, state: 5, reason: 1, autostart: false };
const hosts = { alpha: fakeHost(), beta: fakeHost() };
const context = {
  ...contextOf(),
  hosts: () => ({
    names: Object.keys(hosts),
    get: (key?: string) => hosts[key as keyof typeof hosts].host,
    close: async () => undefined,
  }),
};
const found = async (id: string, said?: string): Promise<unknown> => (await find(context, id, said, {}))?.key;
beforeEach(() => {
  hosts.alpha.machines.clear();
  hosts.beta.machines.set(uuid, machine);
});
afterEach(() => hosts.alpha.instead.clear());

test.each(["vm", uuid, "beta:vm", `beta/${uuid}`])("%s is found on the host that has it", async (id) => {
  expect(await found(id)).toBe("beta");
});
test("the program's host and the id's are believed", async () => {
  expect([await found("vm", "beta"), await found("beta:vm", "beta")]).toEqual(["beta", "beta"]);
  expect([await found("vm", "alpha"), await found("alpha:vm"), await found("other")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
test("one on each is asked back", async () => {
  hosts.alpha.machines.set(uuid, machine);
  await expect(found("vm")).rejects.toThrow(
    "domain vm: there is one on each of alpha, beta. Put the host before it: alpha:vm, beta:vm",
  );
  expect(await found("alpha:vm")).toBe("alpha");
});
test("a host that does not answer matters only where no other has it", async () => {
  hosts.alpha.instead.set("domainLookupByName", () => {
    throw new Failure("connection", "alpha is not there");
  });
  expect(await found("vm")).toBe("beta");
  await expect(found("other")).rejects.toThrow("alpha is not there");
});
