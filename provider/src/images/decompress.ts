/** Compressed images, by their names. */
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Failure } from "../failure";

export type Compression = "gz" | "xz" | "zst" | "bz2";

const SUFFIXES: Readonly<Record<string, Compression>> = { gz: "gz", xz: "xz", zst: "zst", zstd: "zst", bz2: "bz2" };

/** How a file or URL of that name is compressed; a URL's query does not count. */
export function compressionOf(name: string): Compression | undefined {
  const path = name.replace(/[?#].*$/s, "");
  return SUFFIXES[path.slice(path.lastIndexOf(".") + 1).toLowerCase()];
}

/**
 * The stream's contents; `object` is for the message. Throws `Failure` `unsupported` for what Node cannot
 * decompress by itself, and `invalid` where the stream is damaged or ends early.
 */
export async function* decompressed(
  stream: AsyncIterable<Uint8Array>,
  compression: Compression,
  object: string,
): AsyncGenerator<Uint8Array> {
  if (compression !== "gz") {
    throw new Failure("unsupported", `${compression} cannot be decompressed on this machine`, {
      object,
      remedy: "Set `via: host`, so that the host decompresses it, or decompress it yourself first",
    });
  }
  const source = Readable.from(stream, { objectMode: false });
  const gunzip = createGunzip({ chunkSize: 1024 * 1024 });
  source.on("error", (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip);
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    throw new Failure("invalid", `is not a whole gzip file: ${cause.message}`, { object, cause });
  } finally {
    source.destroy();
  }
}

/** zlib's own errors (`Z_DATA_ERROR`, `Z_BUF_ERROR`), as opposed to the source's. */
function isDamage(thrown: unknown): thrown is { code: string; message: string } {
  return typeof thrown === "object" && thrown !== null && "code" in thrown && /^Z_/.test(String(thrown.code));
}
