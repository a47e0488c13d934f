/** Checksums as image publishers write them, and streams that are checked while they pass. */
import { createHash } from "node:crypto";
import { Failure } from "../failure";

export interface Checksum {
  readonly algorithm: "md5" | "sha1" | "sha256" | "sha512";
  /** Lower-case hexadecimal. */
  readonly digest: string;
}

const DIGITS = { md5: 32, sha1: 40, sha256: 64, sha512: 128 } as const;
const ALGORITHMS = Object.keys(DIGITS) as Checksum["algorithm"][];

/** `sha256:…`, or the bare digest, whose length tells the algorithm. Throws `Failure` `invalid` for anything else. */
export function parseChecksum(text: string): Checksum {
  const [, prefix, hex = ""] = /^(?:([a-z0-9]+):)?([0-9a-f]+)$/.exec(text.trim().toLowerCase()) ?? [];
  const algorithm = ALGORITHMS.find((each) => DIGITS[each] === hex.length && (prefix ?? each) === each);
  if (algorithm) return { algorithm, digest: hex };
  throw new Failure("invalid", `checksum ${JSON.stringify(text)} is not understood`, {
    remedy: `Write an algorithm (${ALGORITHMS.join(", ")}), a colon and the hexadecimal digest, as in sha256:9f86d0…`,
  });
}

/** Passes the stream on and throws `Failure` `invalid` at its end when the bytes were not those; `object` is for the message. */
export async function* verified(
  stream: AsyncIterable<Uint8Array>,
  expected: Checksum,
  object: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash(expected.algorithm);
  for await (const chunk of stream) {
    hash.update(chunk);
    yield chunk;
  }
  checkDigest(hash.digest("hex"), expected, object);
}

/** Throws `Failure` `invalid` unless the digest (made here or on a host) is the expected one. */
export function checkDigest(digest: string, { algorithm, digest: wanted }: Checksum, object: string): void {
  if (digest.toLowerCase() === wanted) return;
  throw new Failure("invalid", `its ${algorithm} is ${digest}, not ${wanted}`, {
    object,
    remedy:
      "Check the checksum against the publisher's list; if that is right, the image was changed or damaged on its way",
  });
}
