import type { Bag } from "../../plugin/resource";
import { unknown } from "../../unknown";
import { contextOf } from "../testing/context";
import { volume } from "./index";

const { check } = volume(contextOf());
const olds: Bag = { pool: "data", name: "disk", backing: { volume: "data/base" } };
const properties = (values: Bag) => ({ values, secrets: [] });

/** What is refused, and what a preview is told will be. */
async function asked(news: Bag, before: Bag | null = olds) {
  const warned: string[] = [];
  const ignore = (): void => undefined;
  const log = { status: ignore, info: ignore, error: ignore, debug: ignore, warn: (text: string) => warned.push(text) };
  const run = { signal: new AbortController().signal, deadline: undefined, log };
  const request = { urn: "urn:a", name: "disk", autonaming: undefined, olds: before ? properties(before) : undefined };
  const { failures } = await check(run, { ...request, news: properties({ ...olds, ...news }) });
  return { refused: failures.map(({ property }) => property.join(".")), warned };
}

test("another base is refused, and nothing is left to warn of", async () => {
  expect(await asked({ backing: { volume: "data/other" } })).toEqual({ refused: ["backing.volume"], warned: [] });
});
test.each<[string, Bag, Bag]>([
  ["backing.volume", olds, { backing: { volume: unknown } }],
  ["backing", olds, { backing: unknown }],
  ["pool", olds, { pool: unknown }],
  [
    "source.url",
    { pool: "data", name: "disk", source: { url: "https://user:pass@h/i" } },
    { backing: undefined, source: { url: unknown } },
  ],
])("the preview of a %s that is not known yet says what the update may refuse, and why", async (path, before, news) => {
  const { refused, warned } = await asked(news, before);
  expect(refused).toEqual([]);
  expect(warned).toEqual([
    expect.stringMatching(
      new RegExp(`^${path}.* is not known yet\\..*will refuse it: .*data of this one lost.*replaceData`),
    ),
  ]);
  expect(warned.join()).not.toContain("pass");
});
test("so does that of a change while replaceData is not known", async () => {
  const { refused, warned } = await asked({ pool: "other", replaceData: unknown });
  expect(refused).toEqual([]);
  expect(warned).toEqual([expect.stringMatching(/^pool changes, and replaceData is not known yet.*will refuse it/)]);
});
test("where the data may go, or there are none yet, nothing is said", async () => {
  const none = { refused: [], warned: [] };
  expect(await asked({ backing: { volume: unknown }, replaceData: true })).toEqual(none);
  expect(await asked({ backing: { volume: unknown } }, null)).toEqual(none);
  expect(await asked({})).toEqual(none);
});
