/** A slip in an edit is found before anything is touched; what libvirt may know and the model does not is left alone. */
import { Domain, Network } from "../model";
import { slips } from ".";

test.each<[string, object, (string | number)[], RegExp]>([
  [
    "an element",
    { set: "./devices/dsik[1]/driver/@cache" },
    ["xml", 0, "set"],
    /names dsik, which libvirt does not know here; did you mean disk\?/,
  ],
  [
    "an attribute",
    { set: "./devices/disk[1]/driver/@cahce" },
    ["xml", 0, "set"],
    /names @cahce, which libvirt does not know here; did you mean @cache\?/,
  ],
  ["of a value", { set: "./devices/interface/mac/@adress" }, ["xml", 0, "set"], /did you mean @address\?/],
  ["the text's element", { set: "./descripton", value: "x" }, ["xml", 0, "set"], /did you mean description\?/],
  [
    "what goes",
    { delete: "./devices/disk[@device='cdrom']/shareble" },
    ["xml", 0, "delete"],
    /did you mean shareable\?/,
  ],
  ["where it goes", { add: "./device", xml: "<disk/>" }, ["xml", 0, "add"], /did you mean devices\?/],
  ["what comes", { add: "./devices", xml: "<watchdog modle='itco'/>" }, ["xml", 0, "xml"], /did you mean @model\?/],
  [
    "deep in what comes",
    { add: "./devices", xml: "<disk><drivr/></disk>" },
    ["xml", 0, "xml"],
    /did you mean driver\?/,
  ],
  ["a path of XPath's", { set: "/domain/title", value: "x" }, ["xml", 0, "set"], /is no path such as \.\//],
  ["a path without a dot", { add: "/devices", xml: "<disk/>" }, ["xml", 0, "add"], /starts with a dot/],
  ["what no step is", { delete: "./devices/disk[last()]" }, ["xml", 0, "delete"], /is no path from \[last\(\)\] on/],
  ["no XML at all", { add: "./devices", xml: "<disk>" }, ["xml", 0, "xml"], /cannot be read/],
])("%s", (_, edit, path, reason) => {
  expect(slips(Domain, [edit])).toEqual([{ path, reason: expect.stringMatching(reason) }]);
});

test.each([
  { set: "./devices/disk[1]/driver/@discard_no_unref", value: "on" },
  { set: "./devices/disk[1]/newest/@thing", value: "on" },
  { set: "./description", value: "Set up by hand" },
  { set: "./description/text()", value: "Set up by hand" },
  { set: "./metadata/{urn:x}anything/@atall", value: "1" },
  { add: "./devices", xml: "<watchdog model='itco' action='reset'/>" },
  { delete: "./devices/disk[@device='cdrom']" },
  { set: "./memory/@unit", value: "KiB" },
  { set: "./vcpu/@current", value: "1" },
  { set: "./@unit", value: "two letters from uuid" },
])("%j is none", (edit) => {
  expect(slips(Domain, [edit])).toEqual([]);
});

test("a network's edits are held against a network", () => {
  expect(slips(Network, [{ set: "./brigde/@name" }])).toMatchObject([{ path: ["xml", 0, "set"] }]);
});
