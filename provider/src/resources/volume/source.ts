/** Where a new volume's data come from, as the program says it. */

import { type Compression, compressionOf } from "../../images/decompress";
import type { Asset, Bag, Value } from "../../plugin/resource";

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

/** Credentials in a URL are secrets. */
export const withoutSecrets = (url: string): string => url.replace(/\/\/[^/@]*@/, "//").replace(/\?.*$/s, "");
