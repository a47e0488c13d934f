/** What names and identities may be. */
import { like, type Type } from "../vocabulary";

/** Of a text that is a UUID, the spelling in which libvirt tells it: in lower case, with dashes. */
export const canonicalUuid = (text: string): string =>
  text
    .replaceAll("-", "")
    .toLowerCase()
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
const uuidText = /^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i;
/** Libvirt's own tools take a UUID without dashes too. */
export const isUuid = (text: string): boolean => uuidText.test(text);
export const uuid: Type<string> = { ...like(uuidText, "a UUID"), same: canonicalUuid, normal: canonicalUuid };
/** Libvirt makes one of an empty one. */
export const uuidOrEmpty: Type<string> = { ...uuid, fault: (text) => (text === "" ? undefined : uuid.fault?.(text)) };
const MOST_BYTES = 255;
/** A name that is the name of a file on the host too, and of others there whose names are longer by so many bytes. */
function fileName(more: number): Type<string> {
  const shape = like(/^(?!\.{1,2}$)(?=.*\S)[^/\n]+$/, "a name without slashes and line breaks, and not blank");
  const fault = (value: string): string | undefined => {
    const [bytes, most] = [Buffer.byteLength(value), MOST_BYTES - more];
    return (
      shape.fault?.(value) ??
      (bytes > most ? `has ${bytes} bytes; the host's files for it leave room for ${most}` : undefined)
    );
  };
  return { ...shape, fault };
}
/** Libvirt writes `NAME.xml.new` before it is `NAME.xml`. */
export const objectName = fileName(".xml.new".length);
/** Its DNS server reads `NAME.addnhosts`. */
export const networkName = fileName(".addnhosts".length);
/** While it is made, marks lie beside it: `.NAME.1a2b3c4d5e6f.part.image`. */
export const volumeName = fileName("..1a2b3c4d5e6f.part.image".length);
/** Six bytes, of which the first is even: an odd one addresses groups. */
export const mac: Type<string> = {
  ...like(
    /^[0-9a-fA-F][02468aceACE](:[0-9a-fA-F]{2}){5}$/,
    "six bytes in hexadecimal, the first of them even, such as 52:54:00:12:34:56",
  ),
  same: (value) => value.toLowerCase(),
};
/** The name space of what the provider itself keeps in an object's metadata. */
export const ownNamespace = "urn:pulumi-kvm:1";
