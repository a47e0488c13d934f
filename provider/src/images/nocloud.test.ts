import fc from "fast-check";
import { parse } from "yaml";
import { nocloud } from "./nocloud";

const who = { instanceId: "i-1", localHostname: "web" };
const metaData = (given: object) => parse(nocloud({ ...who, ...given })["meta-data"]?.toString() ?? "");

describe("nocloud", () => {
  test("user-data and meta-data are always there, the rest as given", () => {
    expect(Object.keys(nocloud(who)).sort()).toEqual(["meta-data", "user-data"]);
    const full = nocloud({ ...who, userData: "u", networkConfig: "n", vendorData: "v" });
    expect(Object.fromEntries(Object.entries(full).map(([name, bytes]) => [name, bytes.toString()]))).toMatchObject({
      "user-data": "u",
      "network-config": "n",
      "vendor-data": "v",
    });
  });

  test.each([
    ["nothing", "", {}],
    ["a mapping", "foo: 1\n", { foo: 1 }],
    ["a mapping without a last line end", "foo: 1", { foo: 1 }],
    ["a document start", "# mine\n---\nfoo: 1\n", { foo: 1 }],
    ["JSON", '{"foo": 1}', { foo: 1 }],
    ["a nested key of that name", "foo:\n  instance-id: inner\n", { foo: { "instance-id": "inner" } }],
  ])("adds id and name to %s", (_, text, rest) => {
    expect(metaData({ metaData: text })).toEqual({ "instance-id": "i-1", "local-hostname": "web", ...rest });
  });

  test.each(["instance-id: mine\n", '"instance-id" : mine\n', '{"instance-id": "mine"}'])(
    "what %j says stays",
    (text) => {
      expect(metaData({ metaData: text })).toEqual({ "instance-id": "mine", "local-hostname": "web" });
    },
  );

  test("any id and name arrive as they are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (instanceId, localHostname) => {
        expect(metaData({ instanceId, localHostname })).toEqual({
          "instance-id": instanceId,
          "local-hostname": localHostname,
        });
      }),
    );
  });
});
