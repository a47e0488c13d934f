import fc from "fast-check";
import { type Answers, enough, family, gather } from "./addresses";

const mac = "52:54:00:aa:bb:cc";
const other = "52:54:00:aa:bb:dd";
const found = (...addresses: string[]) => ({ found: addresses.map((address) => ({ mac, address, name: "eth0" })) });

describe("which addresses count", () => {
  test.each([
    ["192.168.122.5", "ipv4"],
    ["10.0.0.1", "ipv4"],
    ["2001:db8::5", "ipv6"],
    ["fd00::1", "ipv6"],
    ["127.0.0.1", undefined],
    ["169.254.3.4", undefined],
    ["0.0.0.0", undefined],
    ["224.0.0.251", undefined],
    ["255.255.255.255", undefined],
    ["::1", undefined],
    ["::", undefined],
    ["fe80::5054:ff:feaa:bbcc", undefined],
    ["fe80::1%eth0", undefined],
    ["ff02::1", undefined],
    ["nonsense", undefined],
    ["", undefined],
  ])("%s is %s", (address, version) => expect(family(address)).toBe(version));
});

describe("gather", () => {
  test("finds the cards by MAC, whatever its case, and leaves other cards of the guest out", () => {
    const answers: Answers = {
      agent: {
        found: [
          { mac: "02:42:00:00:00:01", address: "172.17.0.1", name: "docker0" },
          { mac: mac.toUpperCase(), address: "192.168.122.5", name: "enp1s0" },
        ],
      },
    };
    expect(gather([mac], answers)).toEqual({
      addresses: ["192.168.122.5"],
      nics: [{ name: "enp1s0", mac, addresses: ["192.168.122.5"] }],
    });
  });

  test("knows a card's name from an agent that sees no address yet, and its address from the lease", () => {
    const answers: Answers = { agent: { found: [{ mac, name: "enp1s0" }] }, lease: found("192.168.122.7") };
    expect(gather([mac], answers)).toEqual({
      addresses: ["192.168.122.7"],
      nics: [{ name: "enp1s0", mac, addresses: ["192.168.122.7"] }],
    });
  });

  test("believes the agent before the lease, and the lease before the neighbour table, for each version on its own", () => {
    const answers: Answers = {
      arp: found("192.168.122.9", "2001:db8::9"),
      lease: found("192.168.122.7"),
      agent: { silent: "not connected" },
    };
    expect(gather([mac], answers).addresses).toEqual(["192.168.122.7", "2001:db8::9"]);
    expect(gather([mac], { ...answers, agent: found("192.168.122.5") }).addresses).toEqual([
      "192.168.122.5",
      "2001:db8::9",
    ]);
    expect(gather([mac], { ...answers, agent: found("fe80::1") }).addresses).toEqual(["192.168.122.7", "2001:db8::9"]);
  });

  test("tells IPv4 of all cards before IPv6, in the order of the cards", () => {
    const lease = {
      found: [
        { mac: other, address: "10.0.0.2" },
        { mac, address: "fd00::2" },
        { mac, address: "192.168.122.20" },
        { mac, address: "192.168.122.3" },
      ],
    };
    expect(gather([mac, other], { lease }).addresses).toEqual([
      "192.168.122.3",
      "192.168.122.20",
      "10.0.0.2",
      "fd00::2",
    ]);
  });

  test("says nothing where nobody knows anything", () => {
    expect(gather([mac], { lease: { found: [] }, agent: { silent: "not configured" } })).toEqual({
      addresses: [],
      nics: [{ name: "", mac, addresses: [] }],
    });
    expect(gather([], {})).toEqual({ addresses: [], nics: [] });
  });

  test("does not depend on the order in which a source lists its addresses", () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(
        fc
          .array(address)
          .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([one, two]) =>
          expect(gather([mac], { lease: found(...one) })).toEqual(gather([mac], { lease: found(...two) })),
      ),
    );
  });

  test("never tells an address that cannot be reached", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string())), (all) => {
        for (const address of gather([mac], { arp: found(...all) }).addresses) expect(family(address)).toBeDefined();
      }),
    );
  });
});

test("an address is enough when it is of the version that was asked for", () => {
  const v4 = gather([mac], { lease: found("192.168.122.5") });
  expect([enough("any", v4), enough("ipv4", v4), enough("ipv6", v4), enough("none", v4)]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  const nothing = gather([mac], {});
  expect([enough("any", nothing), enough("none", nothing)]).toEqual([false, true]);
});
