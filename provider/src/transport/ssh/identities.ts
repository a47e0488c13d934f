/** Who we say we are over ssh: keys and the agent, in the order in which they are offered. */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { AnyAuthMethod, ParsedKey } from "ssh2";
import { Failure } from "../../failure";
import { expanded } from "../home";
import { fingerprint } from "./knownHosts";
import type { SshOptions } from "./options";

export interface Identity {
  readonly method: AnyAuthMethod;
  /** For the error message: what was offered. */
  readonly label: string;
}

type ParseKey = typeof import("ssh2").utils.parseKey;

const DEFAULTS = ["id_ed25519", "id_ecdsa", "id_rsa"];

export async function identities(
  username: string,
  keyfile: string | undefined,
  options: SshOptions,
  parseKey: ParseKey,
): Promise<readonly Identity[]> {
  const { privateKey, passphrase } = options;
  const offer = (key: ParsedKey, label: string): Identity => ({
    method: { type: "publickey", username, key },
    label: `${label} (${fingerprint(key.getPublicSSH())})`,
  });
  if (privateKey?.includes("-----BEGIN"))
    return [offer(open(privateKey, "privateKey", passphrase, parseKey), "privateKey")];
  const file = privateKey ?? keyfile;
  if (file) return [offer(open(await textOf(file), file, passphrase, parseKey), file)];
  const agent = options.agent === undefined ? process.env["SSH_AUTH_SOCK"] : expanded(options.agent);
  const own = await Promise.all(DEFAULTS.map((name) => ownKey(join(homedir(), ".ssh", name), passphrase, parseKey)));
  return [
    ...(agent ? [{ method: { type: "agent", username, agent } as const, label: "the agent's keys" }] : []),
    ...own.flatMap((found) => (found ? [offer(found.key, found.file)] : [])),
  ];
}

/** A key in its usual place; one that is not there, or that only the agent can use, is not offered. */
async function ownKey(file: string, passphrase: string | undefined, parseKey: ParseKey) {
  const text = await readFile(file, "utf8").catch(() => undefined);
  const key = text === undefined ? undefined : parse(text, passphrase, parseKey);
  return key === undefined || key instanceof Error ? undefined : { file, key };
}

function parse(text: string, passphrase: string | undefined, parseKey: ParseKey): ParsedKey | Error {
  const parsed: ParsedKey | ParsedKey[] | Error = parseKey(text, passphrase);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  return key ?? new Error("it holds no key");
}

function open(text: string, label: string, passphrase: string | undefined, parseKey: ParseKey): ParsedKey {
  const key = parse(text, passphrase, parseKey);
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
  throw new Failure("invalid", `${label} is not a private key that ssh can use (${key.message})`);
}

async function textOf(file: string): Promise<string> {
  const path = expanded(file);
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new Failure("invalid", `the key file ${path} cannot be read (${(cause as Error).message})`, { cause });
  }
}
