import fc from "fast-check";
import { parseNeighbours } from "./neighbours";

test("neighbours with their MACs; those that did not answer are none", () => {
  const printed = `[{"dst":"192.168.122.5","dev":"virbr0","lladdr":"52:54:00:aa:bb:cc","state":["REACHABLE"]},
    {"dst":"192.168.122.6","dev":"virbr0","state":["INCOMPLETE"]},
    {"dst":"192.168.122.7","dev":"virbr0","lladdr":"52:54:00:aa:bb:dd","state":["FAILED"]},
    {"dst":"fe80::1","dev":"virbr0","lladdr":"52:54:00:aa:bb:cc","router":null,"state":["STALE"]}]`;
  expect(parseNeighbours(printed)).toEqual([
    { mac: "52:54:00:aa:bb:cc", address: "192.168.122.5" },
    { mac: "52:54:00:aa:bb:cc", address: "fe80::1" },
  ]);
  expect(parseNeighbours("\n")).toEqual([]);
});

test("nothing that a command prints as JSON throws", () => {
  fc.assert(fc.property(fc.json(), (json) => expect(Array.isArray(parseNeighbours(json))).toBe(true)));
});
