import { resources } from "../model";
import { parse, print } from "../xml";
import { imported, reading, seenToday, written } from "./look";
import { hidden, packBaseline } from "./state";

const declaration = resources.Network.inputs;
const xml = (inner: string): string =>
  `<network connections='3'><name>lan</name><bridge name='virbr1'/>${inner}</network>`;
const baseline = (inner: string, libvirt = "9.0.0"): string => packBaseline({ xml: xml(inner), libvirt });
const inputs = { name: "lan", mtu: 1500 };

test("what stands as it was written is the very same object", () => {
  const seen = seenToday(declaration, inputs, baseline("<mtu size='1500'/>"), {
    xml: xml("<mtu size='1500'/>"),
    libvirt: "9.0.0",
  });
  expect(seen).toBe(inputs);
});
test("what somebody changed is told in the user's words", () => {
  const today = { xml: xml("<mtu size='1400'/><domain name='d'/>"), libvirt: "9.0.0" };
  expect(seenToday(declaration, inputs, baseline("<mtu size='1500'/>"), today)).toEqual({
    name: "lan",
    mtu: 1400,
    domain: { name: "d" },
  });
});
test("what another libvirt fills in by itself is no drift; what the program says is", () => {
  const today = { xml: xml("<mtu size='1400'/><domain name='d'/>"), libvirt: "10.0.0" };
  expect(seenToday(declaration, inputs, baseline("<mtu size='1500'/>"), today)).toEqual({ name: "lan", mtu: 1400 });
});
test("what another libvirt fills in beside what the program says of an element is no drift either", () => {
  const bridged = { name: "lan", bridge: { name: "virbr1" } };
  const today = { xml: xml("").replace("/>", " stp='on' delay='0'/>"), libvirt: "10.0.0" };
  expect(seenToday(declaration, bridged, baseline(""), today)).toBe(bridged);
  const renamed = { ...today, xml: today.xml.replace("virbr1", "virbr2") };
  expect(seenToday(declaration, bridged, baseline(""), renamed)).toEqual({ name: "lan", bridge: { name: "virbr2" } });
});
test("without a baseline nothing is told", () => {
  expect(seenToday(declaration, inputs, undefined, { xml: xml(""), libvirt: "9.0.0" })).toBe(inputs);
});
test("an import says what a program may say, and no defaults", () => {
  const whole = parse(xml("").replace("virbr1", "lan0").replace("<name>", "<mtu depth='1'/><name>"));
  expect(imported(declaration, whole)).toEqual({
    name: "lan",
    bridge: { name: "lan0" },
    xml: [{ add: ".", xml: "<mtu depth='1'/>" }],
    [hidden.defaults]: {},
  });
});
test("an edit that the program takes out is undone", () => {
  const edits = { xml: [{ set: "./@custom", value: "x" }] };
  const there = print(written(declaration, { name: "lan" }, edits));
  expect(there).toContain("custom='x'");
  expect(print(written(declaration, reading(declaration, there), {}, edits))).not.toContain("custom");
});
test("what an edit added is not added again", () => {
  const edits = { xml: [{ add: ".", xml: "<mtu size='9000'/>" }] };
  expect(print(written(declaration, { name: "lan" }, edits))).toContain("9000");
  expect(print(written(declaration, { name: "lan" }, edits, edits))).not.toContain("9000");
});
