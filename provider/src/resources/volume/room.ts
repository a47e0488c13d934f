/**
 * Room in a pool for what is sent there. Daemons of libvirt (11.3 is one) crash when they cannot write what an upload brings
 * (`daemonStreamHandleWrite` queues the refusal's message twice), so a full pool must be seen before they do.
 */
import { Failure } from "../../failure";
import type { Host, Limits, Piece } from "../../host/host";
import { remedyWhenFull } from "./calls";
import { objectOf, type Volume } from "./id";
import { inPool } from "./pools";

export interface Need {
  /** Bytes that are written for certain. */
  readonly least: number;
  /** Bytes that may be written; undefined where nobody knows yet. */
  readonly most: number | undefined;
}

/** Bytes that may be written there, infinitely many to a device, whose room is its own; fails where they do not suffice. */
export function roomFor(host: Host, volume: Volume, { least, most }: Need, limits: Limits): Promise<number> {
  return inPool(host, volume.pool, limits, async (pool) => {
    if (!pool.holdsFiles) return Number.POSITIVE_INFINITY;
    const about = { object: `pool ${pool.name}`, ...limits };
    const ask = async () => Number((await host.call("storagePoolGetInfo", { pool }, about)).available);
    const known = await ask();
    if (most !== undefined && known >= most) return known;
    // libvirt knows only what it did there itself since it last looked. It does not look while it makes another volume.
    await host.call("storagePoolRefresh", { pool }, about).catch(() => undefined);
    const room = await ask();
    if (room < least) throw full(host, volume, room, `at least ${inMiB(least)} are needed`);
    return room;
  });
}

/** The pieces, as long as there is room for them. */
export async function* within(
  pieces: AsyncIterable<Piece>,
  room: number,
  host: Host,
  volume: Volume,
): AsyncGenerator<Piece> {
  let written = 0;
  for await (const piece of pieces) {
    if (piece instanceof Uint8Array) written += piece.length;
    if (written > room) throw full(host, volume, room, "the image is larger");
    yield piece;
  }
}

const full = (host: Host, volume: Volume, room: number, why: string): Failure =>
  new Failure("refused", `there is room for ${inMiB(room)} in its pool, and ${why}`, {
    object: objectOf(volume),
    host: host.name,
    remedy: remedyWhenFull(volume),
  });
const inMiB = (bytes: number): string => `${Math.ceil(bytes / 1024 / 1024)} MiB`;
