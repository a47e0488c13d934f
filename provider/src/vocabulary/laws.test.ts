import fc from "fast-check";
import { Domain, Network, Pool, Volume } from "../model";
import { canonical, parse, print } from "../xml";
import {
  apply,
  brief,
  type Change,
  check,
  confine,
  diff,
  type Element,
  edits,
  long,
  merge,
  read,
  type Shape,
  write,
} from ".";
import { Toy } from "./toy.arbitrary";
import { trees, values } from "./value.arbitrary";

type Any = Element<Shape>;
const subjects: [string, Any, number][] = [
  ["the toy", Toy, 200],
  ["a domain", Domain, 12],
  ["a volume", Volume, 40],
  ["a pool", Pool, 40],
  ["a network", Network, 40],
];
/** What the XML can carry of a value: what comes back. */
const normal = (of: Any, value: object): object => read(of, parse(print(write(of, value))));
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe.each(subjects)("laws of %s", (_, of, numRuns) => {
  const value = values(of).map((v) => normal(of, v));
  const tree = trees(values(of).map((v) => write(of, v)));

  test("a value comes back from XML as it was written", () => {
    fc.assert(
      fc.property(value, (v) => expect(normal(of, v)).toEqual(v)),
      { numRuns },
    );
  });
  test("a document comes back from its value, whatever is in it", () => {
    fc.assert(
      fc.property(tree, (t) =>
        expect(canonical(parse(print(write(of, read(of, t)))))).toBe(canonical(parse(print(t)))),
      ),
      { numRuns },
    );
  });
  test("a valid value has no fault", () => {
    fc.assert(
      fc.property(values(of), (v) => expect(check(of, v)).toEqual([])),
      { numRuns },
    );
  });
  test("nothing differs from itself", () => {
    fc.assert(
      fc.property(value, (v) => expect(diff(of, v, v)).toEqual([])),
      { numRuns },
    );
  });
  test("a program that changes nothing changes nothing on the host", () => {
    fc.assert(
      fc.property(tree, value, (t, v) => {
        const base = read(of, t);
        expect(merge(of, base, v, v)).toEqual(base);
      }),
      { numRuns },
    );
  });
  test("where nobody speaks of it, nothing is seen; where all is said, all of it", () => {
    fc.assert(
      fc.property(value, value, (before, today) => {
        expect(confine(of, {}, before, today)).toEqual(before);
        expect(diff(of, confine(of, today, today, today), today)).toEqual([]);
      }),
      { numRuns },
    );
  });
  test("merging onto what was gives what is wanted", () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(diff(of, merge(of, a, a, b), b)).toEqual([]);
        expect(touched(diff(of, a, merge(of, a, a, b)))).toEqual(touched(diff(of, a, b)));
      }),
      { numRuns },
    );
  });
  test("merging keeps all leftovers outside of what the program takes away", () => {
    fc.assert(
      fc.property(tree, value, (t, b) => {
        const base = read(of, t);
        const merged = merge(of, base, {}, b);
        expect(diff(of, merge(of, merged, b, b), merged)).toEqual([]);
        expect(leftovers(merged)).toEqual(expect.arrayContaining(leftovers(base)));
      }),
      { numRuns },
    );
  });
  test("the short form says the same as the long one", () => {
    fc.assert(
      fc.property(values(of), (v) => {
        const again = long(of, brief(of, v));
        expect(diff(of, v, again)).toEqual([]);
        expect(check(of, brief(of, v))).toEqual([]);
      }),
      { numRuns },
    );
  });
  test("edits say what no property can", () => {
    fc.assert(
      fc.property(tree, (t) => {
        const whole = write(of, read(of, t));
        const said = write(of, plain(read(of, t)));
        apply(said, plain(edits(said, whole)));
        expect(canonical(parse(print(said)))).toBe(canonical(parse(print(whole))));
      }),
      { numRuns },
    );
  });
});

/** What the changes are about. How many items of a list without keys change hangs on their order, which a merge may keep. */
const touched = (changes: readonly Change[]): Set<string> =>
  new Set(
    changes.map(({ path }) => {
      const list = path.findIndex((step) => typeof step === "number");
      return (list < 0 ? path : path.slice(0, list)).join(".");
    }),
  );

/** Every leftover in a value, as text. */
function leftovers(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Reflect.ownKeys(value).flatMap((key) => {
    const inner = Reflect.get(value, key) as unknown;
    return typeof key === "symbol" ? [JSON.stringify(inner)] : leftovers(inner);
  });
}
