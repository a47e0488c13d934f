import {
  attr,
  bool,
  child,
  type Element,
  element,
  int,
  list,
  map,
  oneOf,
  own,
  type Shape,
  shortOf,
  text,
  variants,
} from "../../provider/src/vocabulary";
import { firstDifference } from "./stale";
import { types } from "./types";

const Part = element("part", "A part.", {
  number: attr(int, "Its number."),
  secret: attr(text, "A secret.", { secret: true }),
});
const Whole = element("whole", "A whole.", {
  kind: attr(oneOf("a", "b"), "Its kind.", { since: "9.0.0", wordsSince: { b: "10.1.0" }, lands: "replace" }),
  parts: list(child(Part)),
  names: own(map, "Names."),
  named: own(text, "Its name.", { required: true }),
  seen: attr(text, "What libvirt says.", { reported: true }),
  short: shortOf("a", "part", Part),
  fine: own(bool, "Whether."),
  ...variants({ a: { only: attr(int, "What an a must have.", { required: true }) } }),
});

describe("types", () => {
  test("say what the declaration says", () => {
    const known = types([]);
    expect(known.object(Whole)).toEqual({
      description: "A whole.",
      type: "object",
      required: ["named"],
      properties: {
        kind: {
          type: "string",
          description: "Its kind. One of `a`, `b`. Since libvirt 9.0.0. `b` since libvirt 10.1.0.",
          willReplaceOnChanges: true,
        },
        parts: { type: "array", items: { $ref: "#/types/kvm:index:Part" }, description: "A part." },
        names: { type: "object", additionalProperties: { type: "string" }, description: "Names." },
        named: { type: "string", description: "Its name." },
        short: { $ref: "#/types/kvm:index:Part", description: "A part." },
        fine: { type: "boolean", description: "Whether." },
        only: { type: "integer", description: "What an a must have. For `a`." },
      },
    });
    expect(known.all()).toEqual({
      "kvm:index:Part": {
        description: "A part.",
        type: "object",
        properties: {
          number: { type: "integer", description: "Its number." },
          secret: { type: "string", description: "A secret.", secret: true },
        },
      },
    });
  });

  test("an element within itself ends", () => {
    const Tree: Element<Shape> = element("tree", "A tree.", {
      get branches() {
        return list(child(Tree));
      },
    });
    const known = types([]);
    known.object(element("root", "", { tree: child(Tree) }));
    expect(known.all()["kvm:index:Tree"]?.properties["branches"]?.items).toEqual({ $ref: "#/types/kvm:index:Tree" });
  });

  test("two elements of one name, and a resource's name, are refused with their path", () => {
    const other = element("part", "Another.", {});
    expect(() => types([]).object(element("x", "", { one: child(Part), two: child(other) }))).toThrow("X.two");
    expect(() => types(["Part"]).object(Whole)).toThrow("as a resource is");
    const named = (name: string) => element("x", "", { one: child(element("y", "", {}, { named: name })) });
    for (const suffix of ["State", "Args", "InitArgs", "Type"])
      expect(() => types(["Disk"]).object(named(`Disk${suffix}`))).toThrow("what is made of Disk");
  });
});

test("the first difference names its line", () => {
  expect(firstDifference("a\nb\n", "a\nc\n")).toBe('line 2 is "b", and should be "c"');
  expect(firstDifference("", "a")).toContain("line 1");
});
