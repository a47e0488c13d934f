import { sorted } from "./leases";

const lease = (address: string, expires: bigint) => ({ mac: "52:54:00:aa:bb:cc", address, expires });

test("what is leased at the first look is of a former life, until its expiry moves", () => {
  const first = sorted([lease("192.168.122.5", 1000n)], undefined);
  expect([first.fresh, first.old.length]).toEqual([[], 1]);
  expect(sorted([lease("192.168.122.5", 1000n)], first.known).fresh).toEqual([]);
  expect(sorted([lease("192.168.122.5", 1060n)], first.known)).toMatchObject({
    fresh: [lease("192.168.122.5", 1060n)],
    old: [],
  });
});

test("another address is new at once", () => {
  const { known } = sorted([lease("192.168.122.5", 1000n)], undefined);
  const now = sorted([lease("192.168.122.5", 1000n), lease("192.168.122.6", 1000n)], known);
  expect(now.fresh.map(({ address }) => address)).toEqual(["192.168.122.6"]);
});

test("with nothing leased before, the first lease counts", () => {
  const { known } = sorted([], undefined);
  expect(sorted([lease("192.168.122.5", 1000n)], known).fresh).toHaveLength(1);
});

test("a lease without an end counts at once: it never moves", () => {
  expect(sorted([lease("192.168.122.5", 0n)], undefined).fresh).toHaveLength(1);
});
