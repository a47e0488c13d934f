import type { Bag } from "../../plugin/resource";
import { unknown } from "../../unknown";
import { faults } from "./check";

const of = (news: Bag, olds?: Bag) =>
  faults({
    urn: "urn",
    name: "root",
    olds: olds && { values: olds, secrets: [] },
    news: { values: news, secrets: [] },
    autonaming: undefined,
  }).map(({ property, reason }) => `${property.join(".")} ${reason}`);

test.each<[string, Bag, RegExp]>([
  ["an id without a pool", { backing: { volume: "base" } }, /^backing\.volume is "base"; .*pool\/volume/],
  ["the same of a clone", { source: { volume: "/x" } }, /^source\.volume/],
  ["a scheme that nobody fetches", { source: { url: "gopher://host/image" } }, /^source\.url .*https?:/],
  ["an option in the place of a URL", { source: { url: "--output=/etc/passwd" } }, /^source\.url/],
  ["a checksum that is none", { source: { url: "https://h/i", checksum: "sha256:12" } }, /^source\.checksum .*sha256:/],
  ["a checksum of nothing fetched", { source: { content: "x", checksum: "sha256:12" } }, /^source\.checksum goes with/],
  ["a way without a URL", { source: { content: "x", via: "client" } }, /^source\.via goes with url/],
  ["a format that data cannot get", { format: "vdi", source: { content: "x" } }, /^format may be raw or qcow2/],
])("%s is refused", (_what, news, message) => {
  expect(of(news)).toEqual([expect.stringMatching(message)]);
});

test("what is not known yet is no fault", () => {
  expect(of({ capacity: unknown, backing: { volume: unknown }, format: unknown })).toEqual([]);
  expect(of({ source: { url: unknown, checksum: unknown } })).toEqual([]);
  expect(of({ source: unknown })).toEqual([]);
});

test("a smaller capacity loses data, so it must be allowed", () => {
  expect(of({ capacity: "10GiB" }, { capacity: "20GiB" })).toEqual([expect.stringMatching(/^capacity would shrink/)]);
  expect(of({ capacity: "10GiB", allowShrink: true }, { capacity: "20GiB" })).toEqual([]);
  expect(of({ capacity: "20480MiB" }, { capacity: "20GiB" })).toEqual([]);
  expect(of({ capacity: "30GiB" }, { capacity: "20GiB" })).toEqual([]);
});
