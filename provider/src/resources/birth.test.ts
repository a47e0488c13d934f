import { resources } from "../model";
import type { Bag, CheckRequest } from "../plugin/resource";
import { born } from "./birth";
import { replacements } from "./owner";
import { hidden } from "./state";
import { contextOf } from "./testing/context";

const context = contextOf();
const birth = {
  declaration: resources.Pool.inputs,
  uuid: true,
  identity: ({ uuid }: Bag) => String(uuid),
  defaults: { type: "dir", autostart: true },
  faults: () => [],
};
const request = (news: Bag, olds?: Bag): CheckRequest => ({
  urn: "urn:a",
  name: "store",
  olds: olds && { values: olds, secrets: [] },
  news: { values: news, secrets: [] },
  autonaming: undefined,
});
const first = (news: Bag, seen = replacements()): Bag =>
  born(birth, { ...context, replacements: seen }, request(news)).inputs.values;

test("name and UUID are the same in preview and update", () => {
  const made = first({ path: "/p" });
  expect(made).toEqual(first({ path: "/p" }));
  expect(made["name"]).toMatch(/^store-[0-9a-f]{7}$/);
  expect(made[hidden.minted]).toBe(true);
});
test("a UUID that the program gives is no mark of ours", () => {
  expect(first({ path: "/p", uuid: "f6309e3b-cabd-8649-a0df-722eda9eebce" })[hidden.minted]).toBeUndefined();
});
test("a UUID is kept in libvirt's spelling", () => {
  const said = "F6309E3BCABD8649A0DF722EDA9EEBCE";
  expect(first({ path: "/p", uuid: said })["uuid"]).toBe("f6309e3b-cabd-8649-a0df-722eda9eebce");
});
test("defaults of the birth stay what they were, absent ones too", () => {
  expect(first({ path: "/p" })[hidden.defaults]).toEqual({ type: "dir", autostart: true });
  expect(first({ path: "/p", autostart: false })[hidden.defaults]).toEqual({ type: "dir" });
  const old = { ...first({ path: "/p" }), [hidden.defaults]: { type: "dir" } };
  expect(
    born(birth, { ...context, replacements: replacements() }, request({ path: "/p" }, old)).inputs.values[
      hidden.defaults
    ],
  ).toEqual({
    type: "dir",
  });
});
test("checking what was checked changes nothing", () => {
  const once = first({ path: "/p" });
  const again = born(birth, { ...context, replacements: replacements() }, request({ path: "/p" }, once)).inputs.values;
  expect(again).toEqual(once);
});
test("the object that replaces another has an identity of its own, in every process the same", () => {
  const old = first({ path: "/p" });
  const replace = (): Bag => {
    const seen = replacements();
    born(birth, { ...context, replacements: seen }, request({ path: "/q" }, old));
    return first({ path: "/q" }, seen);
  };
  expect(replace()["uuid"]).not.toBe(old["uuid"]);
  expect(replace()["name"]).not.toBe(old["name"]);
  expect(replace()).toEqual(replace());
});
test("a name that the engine proposes is told apart from ours, which nobody else comes to", () => {
  const named = (proposed: string): Bag =>
    born(
      birth,
      { ...context, replacements: replacements() },
      {
        ...request({ path: "/p" }),
        autonaming: { mode: "propose", proposed },
      },
    ).inputs.values;
  expect(named("store")).toMatchObject({ name: "store", [hidden.autonamed]: "proposed" });
  expect(first({ path: "/p" })[hidden.autonamed]).toBe("ours");
});
