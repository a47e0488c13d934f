/** A secret's value: libvirt keeps bytes, a program says text or base64. */
import type { Bag, Value } from "../../plugin/resource";

/** More than this libvirt's protocol does not carry. */
const MOST_BYTES = 65_536;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const isSaid = (value: Value | undefined): boolean => value !== undefined && value !== null;

/** The bytes of what a program says; undefined where it says none. */
export function bytesOf({ value, valueBase64 }: Bag): Buffer | undefined {
  if (typeof value === "string") return Buffer.from(value, "utf8");
  return typeof valueBase64 === "string" ? Buffer.from(valueBase64, "base64") : undefined;
}

/** The inputs with this value, or without any, in the property that has it now as far as that can hold it. */
export function withValue({ value, valueBase64, ...rest }: Bag, today: Buffer | undefined): Bag {
  if (!today) return rest;
  const text = isSaid(valueBase64) ? undefined : textOf(today);
  return text === undefined ? { ...rest, valueBase64: today.toString("base64") } : { ...rest, value: text };
}
function textOf(bytes: Buffer): string | undefined {
  try {
    const text = decoder.decode(bytes);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what cannot be said as text
    return /[\0-\x08\x0b\x0c\x0e-\x1f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** What is wrong with it, never in its own words. */
export function faultOf(inputs: Bag): string | undefined {
  const { value, valueBase64 } = inputs;
  if (isSaid(value) && isSaid(valueBase64)) return "`value` and `valueBase64` exclude each other";
  if (!isSaid(value) && !isSaid(valueBase64))
    return "`value` is required, or `valueBase64` where it is bytes: libvirt makes none up";
  if (typeof valueBase64 === "string" && !BASE64.test(valueBase64))
    return "`valueBase64` is not base64 (letters, digits, + and /, padded with = to a multiple of four)";
  const size = bytesOf(inputs)?.length ?? 0;
  return size > MOST_BYTES ? `the value has ${size} bytes; libvirt takes ${MOST_BYTES}` : undefined;
}
