/** OpenSSH's known_hosts files: which key a host must show. Pure. */
import { createHash, createHmac } from "node:crypto";
import { matches } from "./config";

export interface KnownKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`, … */
  readonly type: string;
  readonly key: Buffer;
  readonly marker?: "revoked" | "cert-authority";
  /** The file it stands in, and its line there. */
  readonly file: string;
  readonly line: number;
}

export interface Known {
  /** The host's keys under the name and port that were asked for. */
  readonly keys: readonly KnownKey[];
  /** Those under its name alone: they vouch for it on another port too, but do not accuse it. */
  readonly elsewhere: readonly KnownKey[];
}

const LINE = /^(?:@(\S+)\s+)?(\S+)\s+(\S+)\s+([A-Za-z0-9+/=]+)/;

/** What the text of a file says about a host. */
export function known(text: string, file: string, host: string, port: number): Known {
  const name = host.toLowerCase();
  const lines = text.split("\n").flatMap((line, at) => parse(line, file, at + 1));
  const under = (wanted: string) => lines.filter(({ hosts }) => named(hosts, wanted)).map(({ known: key }) => key);
  if (port === 22) return { keys: under(name), elsewhere: [] };
  return { keys: under(`[${name}]:${port}`), elsewhere: under(name) };
}

function parse(line: string, file: string, number: number): { hosts: string; known: KnownKey }[] {
  const [matched, marker, hosts = "", type = "", key = ""] = LINE.exec(line.trim()) ?? [];
  if (!matched || hosts.startsWith("#")) return [];
  if (marker !== undefined && marker !== "revoked" && marker !== "cert-authority") return [];
  return [
    { hosts, known: { type, key: Buffer.from(key, "base64"), ...(marker ? { marker } : {}), file, line: number } },
  ];
}

const named = (patterns: string, name: string): boolean =>
  patterns.startsWith("|1|") ? hashedMatches(patterns, name) : matches(patterns.toLowerCase().split(","), name);

function hashedMatches(pattern: string, name: string): boolean {
  const [, , salt = "", hash = ""] = pattern.split("|");
  return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
}

/** The key's fingerprint as `ssh-keygen -l` prints it. */
export const fingerprint = (key: Buffer): string =>
  `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;

/** The type that a key's own bytes name. */
export function keyType(key: Buffer): string {
  const size = key.length >= 4 ? key.readUInt32BE(0) : 0;
  return key.toString("latin1", 4, 4 + Math.min(size, 64));
}

/** Signature algorithms by which a key of that type can prove itself. */
export const algorithmsOf = (type: string): readonly string[] =>
  type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [type];
