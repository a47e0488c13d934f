/** What is wrong with a provider's configuration is said at its check, without what a URI or an option keeps secret. */
import type { Bag, Run } from "./plugin/resource";
import { load } from "./provider";
import { unknown } from "./unknown";

const run = {} as Run;
const faults = async (values: Bag): Promise<readonly string[]> => {
  const news = { values, secrets: [] };
  const { failures } = await load().checkConfig(run, { urn: "urn:p", olds: undefined, news });
  return failures.map(({ property, reason }) => [...property, reason].join(" "));
};

test.each<[string, Bag, RegExp]>([
  ["a URI with a slip", { uri: "qemu+shh://root:hunter2@alpha/system" }, /^`uri`: "shh" is not a way to a host/],
  ["a URI without its path", { uri: "qemu+ssh://alpha" }, /^`uri`: .*\/system or \/session/],
  [
    "one of several",
    { hosts: { alpha: { uri: "qemu+shh://a/system" }, beta: { uri: "qemu:///system" } } },
    /^`hosts\.alpha\.uri`: "shh"/,
  ],
  ["no host", { hosts: {} }, /^`hosts` names no host/],
  ["both", { uri: "qemu:///system", hosts: { a: { uri: "qemu:///system" } } }, /exclude each other/],
  ["hosts of the same program", { hosts: { a: unknown } }, /must be known/],
])("%s is a fault of the provider, in one sentence that shows no value", async (_name, values, said) => {
  const found = await faults(values);
  expect(found).toEqual([expect.stringMatching(said)]);
  expect(found.join()).not.toContain("hunter2");
});

test("a URI of the environment is checked where the program gives none, and named by its variable", async () => {
  process.env["LIBVIRT_DEFAULT_URI"] = "qemu+shh://alpha/system";
  expect(await faults({})).toEqual([expect.stringMatching(/^`LIBVIRT_DEFAULT_URI`: "shh"/)]);
  expect(await faults({ uri: "qemu:///system" })).toEqual([]);
  delete process.env["LIBVIRT_DEFAULT_URI"];
});

test.each<Bag>([
  {},
  { uri: "qemu+ssh://root@alpha/system" },
  { uri: unknown },
  { hosts: { a: { uri: "test:///default" } } },
])("%j is none", async (values) => expect(await faults(values)).toEqual([]));
