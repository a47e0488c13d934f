import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { XMLParser } from "fast-xml-parser";
import { Failure } from "./failure";
import { canonical, type Node, node, parse, print } from "./xml";

describe("what is refused", () => {
  test.each([
    ["a mismatched tag", "<a><b></a></b>", /tag/],
    ["two roots", "<a/><b/>", /root/],
    ["an attribute twice", "<a x='1' x='2'/>", /duplicate/],
    ["a prefix that nobody declared", "<q:a/>", /unbound/],
    ["a DOCTYPE", "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", /DOCTYPE/],
    ["nothing", "", /root|empty/],
    ["a document that goes on too deep", "<a>".repeat(600) + "</a>".repeat(600), /deeper than 512/],
  ])("%s", (_, xml, problem) => {
    expect(() => parse(xml)).toThrow(problem);
  });
  test("the failure blames who wrote it", () => {
    const blamed = (code?: "invalid"): unknown => {
      try {
        return parse("<a>", code);
      } catch (failure) {
        return failure instanceof Failure && failure.code;
      }
    };
    expect([blamed(), blamed("invalid")]).toEqual(["protocol", "invalid"]);
  });
});

test("what nests 400 deep is read and printed", () => {
  const deep = "<a>".repeat(400) + "</a>".repeat(400);
  expect(canonical(parse(print(parse(deep))))).toBe(canonical(parse(deep)));
});

test("every character comes back, in texts and in attributes", () => {
  const odd = "é&<>\"' \t\n\r😀]]>";
  const back = parse(print(node("a", { x: odd }, [], odd)));
  expect([back.attrs["x"], back.text]).toEqual([odd, odd]);
});

test("a name space is what counts, whatever its prefix; the prefix stays where it can", () => {
  const tree = parse("<a><q:b xmlns:q='urn:x' q:c='1' xml:lang='en'/><b xmlns='urn:x' c='2'/></a>");
  expect(tree.children.map((c) => c.name)).toEqual(["{urn:x}b", "{urn:x}b"]);
  expect(canonical(parse(print(tree)))).toBe(canonical(tree));
  expect(print(tree)).toContain("<q:b xmlns:q='urn:x' q:c='1' xml:lang='en'/>");
});

test("one prefix for two name spaces is told apart", () => {
  const tree = parse("<q:a xmlns:q='urn:x'><q:b xmlns:q='urn:y'><q:c xmlns:q='urn:x'/></q:b></q:a>");
  expect(canonical(parse(print(tree)))).toBe(canonical(tree));
});

test("order counts among siblings of one name only", () => {
  const of = (xml: string): string => canonical(parse(xml));
  expect(of("<a><b/><c/></a>")).toBe(of("<a>\n  <c/>\n <b/></a>"));
  expect(of("<a><b x='1'/><b x='2'/></a>")).not.toBe(of("<a><b x='2'/><b x='1'/></a>"));
});

describe("a second, independent reader sees the same", () => {
  const folder = join(__dirname, "model", "golden");
  const second = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: true,
  });
  type Item = Record<string, unknown>;
  const tree = (items: Item[]): Node[] =>
    items.flatMap((item) =>
      Object.keys(item)
        .filter((key) => key !== ":@" && key !== "#text" && !key.startsWith("?"))
        .map((key) => {
          const inside = item[key] as Item[];
          const text = inside.map((c) => String(c["#text"] ?? "")).join("");
          return node(key, { ...(item[":@"] as Record<string, string> | undefined) }, tree(inside), text);
        }),
    );
  const withoutSpaces = (n: Node): Node =>
    node(n.name.replace(/^\{.*\}/, ""), n.attrs, n.children.map(withoutSpaces), n.text.trim());
  const bare = (n: Node): Node => {
    const attrs = Object.fromEntries(Object.entries(n.attrs).filter(([name]) => !name.startsWith("xmlns")));
    return node(n.name.replace(/^.*:/, ""), attrs, n.children.map(bare), n.text);
  };
  test.each(readdirSync(folder))("%s", (file) => {
    const xml = readFileSync(join(folder, file), "utf8");
    const [theirs] = tree(second.parse(xml) as Item[]);
    expect(theirs && canonical(bare(theirs))).toBe(canonical(withoutSpaces(parse(xml))));
  });
});
