/** What a resource keeps in Pulumi's state beside the user's properties. */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { Failure } from "../failure";
import type { Bag } from "../plugin/resource";

/** Properties that no schema shows. Those of the inputs are written by Check, those of the outputs by Create, Read and Update. */
export const hidden = {
  /** Inputs: what defaults filled in at birth; a later version's defaults do not touch it. */
  defaults: "__defaults",
  /** Inputs: who made the name up, where the program did not say it (`Autonamed`). */
  autonamed: "__autonamed",
  /** Inputs: the UUID was made by us, so an object that has it is ours. */
  minted: "__minted",
  /** Inputs of a drifted state: defaults that somebody took away on the host, as dotted paths. */
  removed: "__removed",
  /** Outputs, secret: what libvirt wrote back after our last write. */
  baseline: "__baseline",
  /** Outputs: the random mark that tells this object from a later one of the same identity. */
  nonce: "__nonce",
  /** Outputs of a pool: its directory was not there before. */
  built: "__built",
  /** Outputs: the UUID of the host on which the object lives. */
  host: "__host",
} as const;

/** The defaults that are gone on the host: known between the read that saw it and the update that puts them back. */
export function removed(inputs: Bag): string[][] {
  const paths = inputs[hidden.removed];
  return Array.isArray(paths) ? paths.map((path) => String(path).split(".")) : [];
}

export interface Baseline {
  /** The persistent XML, without passwords. */
  readonly xml: string;
  /** The libvirt that wrote it: another version may write the same differently. */
  readonly libvirt: string;
}

/** Deflated, since it is in the state of every object: 6 KB of a domain's XML become 1.5. */
export const packBaseline = ({ xml, libvirt }: Baseline): string =>
  `${libvirt}:${deflateRawSync(xml, { level: 9 }).toString("base64")}`;

/** Undefined where there is none yet (an import, a state of another version that cannot be read). */
export function unpackBaseline(packed: unknown): Baseline | undefined {
  if (typeof packed !== "string") return undefined;
  const colon = packed.indexOf(":");
  try {
    return {
      libvirt: packed.slice(0, colon),
      xml: inflateRawSync(Buffer.from(packed.slice(colon + 1), "base64")).toString("utf8"),
    };
  } catch {
    return undefined;
  }
}

/** An object of the same name on another machine is another object: its absence or its state says nothing of ours. */
export function mustBeHost(recorded: unknown, found: string, object: string, host: string): void {
  if (typeof recorded !== "string" || recorded === found) return;
  throw new Failure(
    "refused",
    `the host that answers is another one (UUID ${found}) than the one that holds it (${recorded})`,
    {
      object,
      host,
      remedy:
        "Point the URI at the machine that holds it, or, if that machine is gone for good, remove the resource with `pulumi state delete`",
    },
  );
}
