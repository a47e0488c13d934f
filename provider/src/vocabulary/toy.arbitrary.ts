/** A small declaration with every word of the vocabulary in it, for tests that must not depend on libvirt's elements. */
import {
  attr,
  body,
  bool,
  child,
  type Element,
  either,
  element,
  foreign,
  group,
  here,
  inside,
  leaf,
  list,
  map,
  mark,
  nested,
  type Of,
  oneOf,
  onOff,
  own,
  positive,
  type Shape,
  short,
  shortOf,
  shortPair,
  size,
  sizeIn,
  sole,
  text,
  variants,
  yesNo,
} from ".";

const Via = element(
  "via",
  "Both at once.",
  { dev: attr(text, "A device."), mode: attr(oneOf("fast", "slow"), "How.") },
  { named: "Via" },
);
const Source = element("source", "Where it is.", {
  ...variants({
    file: { file: attr(text, "Path.") },
    pair: { pool: attr(text, "Pool."), volume: attr(text, "Volume.") },
    via: { dev: attr(text, "Device."), mode: attr(oneOf("fast", "slow"), "How.") },
    "file|net": { tls: attr(yesNo, "Encrypted.", { since: "4.5.0" }) },
  }),
});
const tree = { label: attr(text, "Label.") };
interface TreeValue extends Of<Element<typeof tree>> {
  tree?: TreeValue;
}
const Tree = element("tree", "One in another.", {
  ...tree,
  tree: nested<TreeValue>((): Element<Shape> => Tree, "tree", "The next."),
});
export const Part = element(
  "part",
  "An item of a list.",
  {
    file: short("file", "source.file", "Short."),
    volume: shortPair("pair", ["source.pool", "source.volume"], "/", "Short for two."),
    via: shortOf("via", "source", Via),
    type: attr(oneOf("file", "pair", "via", "net"), "Kind."),
    id: attr(text, "Key."),
    alias: sole("name", text, "Better key."),
    readonly: mark("Mark."),
    source: child(Source, { lands: "media" }),
    limit: leaf(size("KiB"), "Size.", { lands: "update" }),
    index: attr(text, "Reported.", { reported: true }),
  },
  { by: "type" },
);
const Login = element("login", "Own.", {
  password: own(text, "Secret.", { secret: true }),
  user: own(text, "User."),
});
const Go = element("go", "One name.", { to: attr(text, "Where."), far: mark("Mark.") });
const Stop = element("stop", "Another.", { at: attr(text, "Where.") });
const Step = element("step", "One of two.", { go: child(Go), stop: child(Stop) });
export const Toy = element("toy", "Everything.", {
  name: leaf(text, "Name.", { lands: "replace" }),
  kind: attr(oneOf("red", "green", "blue"), "A word."),
  count: attr(positive, "A number."),
  twice: own(positive, "No part of the document."),
  fast: attr(onOff, "A switch.", { only: ["qemu"] }),
  ram: attr(sizeIn("KiB"), "A size without a unit.", { filled: true }),
  ...inside("memory", {
    memory: body(size("KiB", 1n), "A size in a spread element."),
    dump: attr(onOff, "Beside it."),
  }),
  ...inside("metadata", { metadata: foreign(["urn:ours"], "Documents.") }),
  driver: child(
    element("driver", "A child.", { name: attr(text, "Filled.", { filled: true }), cache: attr(text, "Said.") }),
  ),
  ...inside("devices", {
    parts: list(child(Part), [(p) => p.alias, (p) => p.id], { lands: "plug" }),
    plain: list(child(element("plain", "No key.", { a: attr(text, "A."), b: attr(text, "B.") }))),
    hops: list(
      child(element("hop", "In order.", { by: attr(text, "Key."), far: attr(yesNo, "No key.") })),
      (hop) => hop.by,
      { ordered: true },
    ),
    words: list(sole("dev", text, "Words in order.", { as: "word" })),
  }),
  ...inside("lamp", { lamp: here("Whether it is there."), dimmed: attr(onOff, "How it is there.") }),
  depth: sole("value", size("KiB"), "A size with a unit, in an element of its own."),
  odd: group(
    element("odd", "Those of a name space.", {
      hat: sole("value", text, "A text.", { as: "{urn:hats}hat" }),
      shoes: list(leaf(text, "Texts.", { as: "{urn:hats}shoe" })),
    }),
  ),
  steps: list(either(Step), [(s) => s.go?.to, (s) => s.stop?.at]),
  tree: child(Tree),
  login: own(child(Login)),
  tags: own(map, "By name."),
  power: own(bool, "Own."),
});
export type Toy = Of<typeof Toy>;
