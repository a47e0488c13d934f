/** Choices that follow from one number: fast-check's own arbitraries for bytes cost more than a hundred thousand cases may take. */

export interface Chance {
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
  bytes(most: number): Buffer;
}

export function chance(seed: number): Chance {
  let state = seed | 0 || 1;
  /** Marsaglia's xorshift: 24 bits of it. */
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 8;
  };
  const below = (limit: number) => Math.floor((next() / 2 ** 24) * limit);
  for (let i = 0; i < 4; i++) next(); // Seeds that are alike begin alike.
  return {
    below,
    pick: (list) => list[below(list.length)] as (typeof list)[number],
    bytes: (most) => {
      const bytes = Buffer.allocUnsafe(below(most + 1));
      for (let at = 0; at < bytes.length; at++) bytes[at] = next() & 0xff;
      return bytes;
    },
  };
}

const TELLING = ["00000000", "00000003", "00000010", "7fffffff", "80000000", "ffffffff"].map((hex) =>
  Buffer.from(hex, "hex"),
);

/** Changes up to four places: other bytes, numbers that are limits, something cut out, something put in. */
export function mutated(bytes: Buffer, by: Chance): Buffer {
  let now = bytes;
  for (let left = 1 + by.below(4); left > 0; left--) {
    const at = by.below(now.length + 1);
    const given = by.below(2) ? by.bytes(4) : by.pick(TELLING);
    const instead = by.below(3) ? given.length : by.below(6);
    now = Buffer.concat([now.subarray(0, at), given, now.subarray(at + instead)]);
  }
  return now;
}

/** The same bytes, cut at up to eight places. */
export function* cut(bytes: Buffer, by: Chance): Generator<Buffer> {
  let at = 0;
  for (let left = by.below(9); left > 0; left--) {
    const size = by.below(100);
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}
