/** Where a new volume's data come from, as the program says it. */

import { type Compression, compressionOf } from "../../images/decompress";
import { type Asset, asset, type Bag, type Path, type Value } from "../../plugin/resource";

export interface Source {
  readonly url?: string;
  readonly asset?: Asset;
  readonly content?: string;
  readonly volume?: string;
  /** Of the bytes as they are published, before they are decompressed. */
  readonly checksum?: string;
  readonly decompress?: "auto" | "none" | Compression;
  /** Read from the first bytes where it is not said. */
  readonly format?: string;
  readonly via?: "host" | "client";
}

export const isBag = (value: Value | undefined): value is Bag =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A `file:` URL names a file of the machine that runs Pulumi, whoever else fetches URLs. */
export const isLocal = (url: string): boolean => /^file:/i.test(url);

export const sourceOf = (inputs: Bag): Source | undefined =>
  isBag(inputs["source"]) ? (inputs["source"] as Source) : undefined;

/** How what is called `name` is compressed. */
export function compressionIn({ decompress = "auto" }: Source, name: string): Compression | undefined {
  if (decompress === "auto") return compressionOf(name);
  return decompress === "none" ? undefined : decompress;
}

/** Credentials in a URL are secrets: before its host, or as the signature in its query. */
export const withoutSecrets = (url: string): string => url.replace(/\/\/[^/?#]*@/, "//").replace(/\?.*$/s, "");

/** Where in the inputs of a volume such a URL stands. */
export function secretSources({ source }: Bag): Path[] {
  if (!isBag(source)) return [];
  const { url } = source;
  const uri = (source["asset"] as Asset | undefined)?.[asset]?.uri;
  const isSecret = (address: unknown): boolean => typeof address === "string" && withoutSecrets(address) !== address;
  return [...(isSecret(url) ? [["source", "url"]] : []), ...(isSecret(uri) ? [["source", "asset"]] : [])];
}

/** What a tool said of a URL that it fetched: without the URL's secrets, and no longer than a person reads. */
export function quoted(said: string, url: string): string {
  const credentials = /\/\/([^/?#]*)@/.exec(url)?.[1] ?? "";
  const [user = "", password = ""] = credentials.split(/:(.*)/s);
  const query = /\?(.*)$/s.exec(url)?.[1] ?? "";
  const clean = [credentials, query, password, decoded(password), user, decoded(user)]
    .filter((secret) => secret.length >= LEAST_SECRET)
    .reduce((text, secret) => text.replaceAll(secret, "[secret]"), said)
    .replace(/\b(https?|ftp):\/\/\S+/gi, withoutSecrets);
  return clean.length > MOST_QUOTED ? `${clean.slice(0, MOST_QUOTED)}…` : clean;
}
/** Shorter ones would take words out of the text, and give themselves away by it. */
const LEAST_SECRET = 4;
const MOST_QUOTED = 300;
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
