/** `RevokedHostKeys` of ssh_config(5): keys that no host may show, whatever else vouches for them. */
import { readFile } from "node:fs/promises";
import { Failure } from "../../failure";
import { keyType } from "./knownHosts";

/** How a list that `ssh-keygen -k` packed begins: only OpenSSH reads it. */
const PACKED = "SSHKRL\n\0";

export interface RevokedKeys {
  readonly keys: readonly Buffer[];
  /** A file that only OpenSSH can read. */
  readonly packed?: string | undefined;
}

export async function revokedKeys(files: readonly string[]): Promise<RevokedKeys> {
  const lists = await Promise.all(files.map(async (file) => ({ file, bytes: await bytesOf(file) })));
  const isPacked = ({ bytes }: { bytes: Buffer }) => bytes.toString("latin1", 0, PACKED.length) === PACKED;
  return {
    keys: lists.filter((list) => !isPacked(list)).flatMap(({ file, bytes }) => listed(file, bytes.toString())),
    packed: lists.find(isPacked)?.file,
  };
}

/** OpenSSH refuses every host where it cannot read the list. */
async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new Failure("denied", `RevokedHostKeys ${file} cannot be read (${(cause as Error).message})`, {
      remedy: "Correct its path in the ssh configuration: no host key is believed without it",
      cause,
    });
  }
}

function listed(file: string, text: string): readonly Buffer[] {
  return text.split("\n").flatMap((line, at) => {
    if (/^\s*(#|$)/.test(line)) return [];
    const [type = "", key = ""] = line.trim().split(/\s+/);
    const bytes = Buffer.from(key, "base64");
    if (keyType(bytes) === type) return [bytes];
    throw new Failure("denied", `RevokedHostKeys ${file} line ${at + 1} is not a public key`, {
      remedy: "A line there looks like `ssh-ed25519 AAAA…`: no host key is believed while one cannot be read",
    });
  });
}
