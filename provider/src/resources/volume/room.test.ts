import type { Host, Piece } from "../../host/host";
import { roomFor, within } from "./room";

const volume = { pool: "default", name: "disk" };
/** A pool whose room libvirt believes to be the first, and after a look the second. */
function pool(believed: number, found: number, holdsFiles = true): Host {
  let available = believed;
  const answers: Record<string, () => unknown> = {
    storagePoolLookupByName: () => ({ pool: { name: "default", uuid: "u" } }),
    connectListAllStoragePools: () => ({ pools: holdsFiles ? [{ uuid: "u" }] : [] }),
    storagePoolGetInfo: () => ({ available: BigInt(available) }),
    storagePoolRefresh: () => {
      available = found;
      return {};
    },
  };
  return { name: "alpha", call: async (procedure: string) => answers[procedure]?.() } as unknown as Host;
}

test.each([
  ["there is enough", pool(100, 0), { least: 50, most: 100 }, 100],
  ["room was made behind libvirt's back", pool(10, 100), { least: 50, most: 100 }, 100],
  ["nobody knows how much comes, so libvirt must look first", pool(10, 100), { least: 0, most: undefined }, 100],
  ["zeros may make it fit", pool(10, 20), { least: 0, most: 100 }, 20],
  ["a device has its own", pool(0, 0, false), { least: 50, most: 50 }, Number.POSITIVE_INFINITY],
])("room: %s", async (_why, host, need, room) => {
  expect(await roomFor(host, volume, need, {})).toBe(room);
});

const MiB = 1024 * 1024;
test("what cannot fit is refused before it is sent", async () => {
  const need = { least: 50 * MiB, most: 50 * MiB };
  await expect(roomFor(pool(100 * MiB, MiB / 2), volume, { ...need, most: 200 * MiB }, {})).rejects.toThrow(
    "volume default/disk on host alpha: there is room for 1 MiB in its pool, and at least 50 MiB are needed. Pool default is full",
  );
});

test("what turns out not to fit ends before the room does; holes need none", async () => {
  async function* image(): AsyncGenerator<Piece> {
    yield new Uint8Array(60);
    yield { hole: 1000 };
    yield new Uint8Array(40);
    yield new Uint8Array(1);
  }
  const sent: number[] = [];
  const sending = (async () => {
    for await (const piece of within(image(), 100, pool(0, 0), volume))
      sent.push(piece instanceof Uint8Array ? piece.length : piece.hole);
  })();
  await expect(sending).rejects.toMatchObject({ code: "refused", problem: expect.stringMatching("image is larger") });
  expect(sent).toEqual([60, 1000, 40]);
});
