import { Volume } from "../../model";
import { check } from "../../vocabulary";
import { markOf } from "./mark";

test("the longest name that may be said leaves room for what lies beside the volume while it is made", () => {
  const fits = (length: number): boolean =>
    check(Volume, { pool: "p", capacity: "1GiB", name: "a".repeat(length) }).length === 0;
  const beside = (length: number): string => {
    const wanted = { pool: "p", name: "a".repeat(length) } as Parameters<typeof markOf>[0]["wanted"];
    return `${markOf({ wanted, key: "k" }).name}.image`;
  };
  const longest = 255 - beside(0).length;
  expect([fits(longest), fits(longest + 1)]).toEqual([true, false]);
});
