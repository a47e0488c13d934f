/** Host keys that are believed at first sight (`accept-new`, `known_hosts_verify=auto`): written down, and held to for the rest of the run. */
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

/** By file and name. A file may keep nothing (/dev/null) or not be writable: what this run has believed, it still knows. */
const seen = new Map<string, Buffer>();
const placeOf = (file: string | undefined, name: string): string => `${file ?? ""}\n${name}`;

/** The key that this run believed at first sight. */
export const believed = (file: string | undefined, name: string): Buffer | undefined => seen.get(placeOf(file, name));

/** Believes the key; two logins at once settle on one, since it is known before anything is awaited. */
export async function believe(file: string | undefined, name: string, type: string, key: Buffer): Promise<void> {
  seen.set(placeOf(file, name), key);
  if (file === undefined) return;
  // As for OpenSSH, a file that cannot be written keeps nobody out.
  await append(file, `${name} ${type} ${key.toString("base64")}\n`).catch(() => undefined);
}

async function append(path: string, line: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, "a+", 0o600);
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(size - 1, 0));
    await file.appendFile(size > 0 && buffer.toString() !== "\n" ? `\n${line}` : line);
  } finally {
    await file.close();
  }
}
