/** Private keys in files and in texts. */
import { readFile } from "node:fs/promises";
import type { ParsedKey } from "ssh2";
import { Failure } from "../../failure";
import { expanded } from "../home";

export type ParseKey = typeof import("ssh2").utils.parseKey;

/** A key in its file, as far as it can be used. */
export interface KeyFile {
  readonly file: string;
  /** The private key, where it could be opened. */
  readonly key?: ParsedKey;
  /** Why there is none to use. */
  readonly obstacle?: Failure;
  /** The public key's bytes, where they are known: the agent may hold the private one. */
  readonly publicKey?: Buffer | undefined;
  /** A certificate for it lies beside it. */
  readonly certified: boolean;
}

/** The file that the user names must be there, and must hold a key. */
export async function namedKey(file: string, passphrase: string | undefined, parseKey: ParseKey): Promise<KeyFile> {
  const path = expanded(file);
  const [text, publicText, certified] = await Promise.all([
    named(path),
    readFile(`${path}.pub`, "utf8").catch(() => undefined),
    isCertified(path),
  ]);
  return { ...heldKey(text, path, passphrase, parseKey, publicText), certified };
}

/** The key of a text that the user gives; `label` names it in what goes wrong. */
export function heldKey(
  text: string,
  label: string,
  passphrase: string | undefined,
  parseKey: ParseKey,
  publicText?: string,
): KeyFile {
  const known = { file: label, publicKey: publicOf(publicText ?? text, parseKey), certified: false };
  try {
    return { ...known, key: openedKey(text, label, passphrase, parseKey) };
  } catch (obstacle) {
    return { ...known, obstacle: obstacle as Failure };
  }
}

async function named(path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause: Error) => {
    throw new Failure("invalid", `the key file ${path} cannot be read (${cause.message})`, {
      remedy: "Correct `keyfile=` in the URI, or the file that `ssh.privateKey` names",
      cause,
    });
  });
}

/** A key where it usually is, or where ssh_config(5) says: one that is not there is not offered. */
export async function usualKey(
  file: string,
  passphrase: string | undefined,
  parseKey: ParseKey,
): Promise<KeyFile | undefined> {
  const [text, publicText] = await Promise.all(
    [file, `${file}.pub`].map((path) => readFile(path, "utf8").catch(() => undefined)),
  );
  const certified = await isCertified(file);
  if (text !== undefined) return { ...heldKey(text, file, passphrase, parseKey, publicText), certified };
  const publicKey = publicOf(publicText, parseKey);
  return publicKey && { file, publicKey, certified };
}

const isCertified = (file: string): Promise<boolean> =>
  readFile(`${file.replace(/\.pub$/, "")}-cert.pub`).then(
    () => true,
    () => false,
  );

/** Of a public key, or of a private one though it be locked. */
function publicOf(text: string | undefined, parseKey: ParseKey): Buffer | undefined {
  if (text === undefined) return undefined;
  const key = parsed(text, undefined, parseKey);
  return key instanceof Error ? besideLocked(text) : key.getPublicSSH();
}

const OPENSSH = /-----BEGIN OPENSSH PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END/;
const MAGIC = "openssh-key-v1\0";

/** OpenSSH's own format has the public key outside of what the pass phrase locks: after the cipher, the derivation, its options and a count. */
function besideLocked(text: string): Buffer | undefined {
  const bytes = Buffer.from(OPENSSH.exec(text)?.[1] ?? "", "base64");
  if (bytes.toString("latin1", 0, MAGIC.length) !== MAGIC) return undefined;
  let at = MAGIC.length;
  const next = (): Buffer => {
    const size = at + 4 <= bytes.length ? bytes.readUInt32BE(at) : 0;
    const field = bytes.subarray(at + 4, at + 4 + size);
    at += 4 + size;
    return field;
  };
  for (let passed = 0; passed < 3; passed++) next();
  at += 4;
  const key = next();
  return key.length > 0 ? key : undefined;
}

function parsed(text: string, passphrase: string | undefined, parseKey: ParseKey): ParsedKey | Error {
  const found: ParsedKey | ParsedKey[] | Error = parseKey(text, passphrase);
  const key = Array.isArray(found) ? found[0] : found;
  return key ?? new Error("it holds no key");
}

/** The private key of a text; `label` names it in what goes wrong. */
function openedKey(text: string, label: string, passphrase: string | undefined, parseKey: ParseKey): ParsedKey {
  const key = parsed(text, passphrase, parseKey);
  if (!(key instanceof Error)) {
    if (key.isPrivateKey()) return key;
    throw new Failure("invalid", `${label} is a public key`, {
      remedy: "Give the private one, whose file has no `.pub`",
    });
  }
  if (/passphrase/i.test(key.message)) {
    const wrong = passphrase !== undefined;
    throw new Failure(
      "denied",
      wrong ? `the passphrase does not open ${label}` : `${label} is locked by a passphrase`,
      {
        remedy: wrong
          ? "Correct `ssh.passphrase`"
          : "Set `ssh.passphrase`, or load the key into the ssh agent and leave the key file out",
      },
    );
  }
  if (/unsupported/i.test(key.message))
    throw new Failure("unsupported", `${label} is of a kind that the built-in client cannot use (${key.message})`, {
      remedy: "Check that it is whole, line breaks included; for what only OpenSSH can use set `ssh.client: system`",
    });
  throw new Failure("invalid", `${label} is not a private key that ssh can use (${key.message})`);
}
