/** Who an object belongs to, and the identities that follow from it: the same in preview and update, whatever the engine's seed. */
import { createHmac } from "node:crypto";
import type { Bag, CheckFailure, CheckRequest, Value } from "../plugin/resource";
import type { Element, Shape } from "../vocabulary";
import { typeOf } from "../vocabulary/element";
import { hidden } from "./state";

export interface Identity {
  readonly uuid: string;
  /** Seven hexadecimal digits for an autoname. */
  readonly suffix: string;
  /** A MAC in QEMU's range; `nth` tells the NICs of one domain apart. */
  mac(nth: number | string): string;
}

/** `replaced` is the identity of the object being replaced: the new one must differ from it. */
export function identify(owner: string, urn: string, replaced = ""): Identity {
  const bytes = (what: string): Buffer =>
    createHmac("sha256", owner)
      .update(JSON.stringify([urn, replaced, what]))
      .digest();
  return {
    get uuid() {
      return uuidFrom(bytes("uuid"));
    },
    get suffix() {
      return bytes("name").toString("hex").slice(0, 7);
    },
    mac: (nth) =>
      `52:54:00:${[...bytes(`mac ${nth}`).subarray(0, 3)].map((b) => b.toString(16).padStart(2, "0")).join(":")}`,
  };
}

/** Version 8 of RFC 9562: a UUID whose bits are the maker's own. */
function uuidFrom(bytes: Buffer): string {
  const own = Buffer.from(bytes.subarray(0, 16));
  own.writeUInt8((own.readUInt8(6) & 0x0f) | 0x80, 6);
  own.writeUInt8((own.readUInt8(8) & 0x3f) | 0x80, 8);
  return own.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * A replacement runs Check twice: first with the old inputs, then without. The second must know of the first,
 * or the new object would get the identity of the one that still exists.
 */
export interface Replacements {
  /** Check saw the object that is there. */
  remember(urn: string, identity: string): void;
  replaced(urn: string): string | undefined;
  /** Check saw the inputs of one that is yet to come. */
  begin(urn: string, inputs: Bag): void;
  /**
   * The inputs of the one that is yet to come. Where the old one is deleted now it is made anew, whoever asked for that: Diff, or the engine on
   * its own (`replaceOnChanges`, `--replace`, a taint), of which nothing else tells us.
   */
  coming(urn: string): Bag | undefined;
}
export function replacements(): Replacements {
  const seen = new Map<string, string>();
  const begun = new Map<string, Bag>();
  return {
    remember: (urn, identity) => {
      seen.set(urn, identity);
      begun.delete(urn);
    },
    replaced: (urn) => seen.get(urn),
    begin: (urn, inputs) => void begun.set(urn, inputs),
    coming: (urn) => begun.get(urn),
  };
}

/**
 * Who made a name up: `ours` ends in a suffix that only this owner and URN give, so what has it is ours. What the engine proposes
 * (`pulumi:autonaming`) may be any name, that of somebody's object too.
 */
export type Autonamed = "ours" | "proposed";

/** The name in the inputs: what the program says, else the old autoname, else what autonaming wants, else `NAME-1a2b3c4`. */
export function nameFor(
  declaration: Element<Shape>,
  request: CheckRequest,
  identity: Identity,
): { name: Value; autonamed?: Autonamed } | CheckFailure {
  const given = request.news.values["name"];
  if (given !== undefined && given !== null) return { name: given };
  const old = request.olds?.values;
  const autonamed = autonamedBy(old);
  if (autonamed && typeof old?.["name"] === "string") return { name: old["name"], autonamed };
  const { autonaming } = request;
  if (autonaming?.mode === "disable")
    return {
      property: ["name"],
      reason: "is required: autonaming is disabled for this resource in the project's configuration",
    };
  const [name, by]: [string, Autonamed] = autonaming?.proposed
    ? [autonaming.proposed, "proposed"]
    : [`${request.name}-${identity.suffix}`, "ours"];
  const { name: field } = declaration.shape;
  const fault = field && typeOf(field)?.fault?.(name);
  return fault
    ? { property: ["name"], reason: `is made from the resource's name where it is not said, and so ${fault}. Say one` }
    : { name, autonamed: by };
}

export function autonamedBy(inputs: Bag | undefined): Autonamed | undefined {
  const by = inputs?.[hidden.autonamed];
  return by === "ours" || by === "proposed" ? by : undefined;
}
