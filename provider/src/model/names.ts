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
/** A name that is the name of a file on the host too. */
export const objectName = like(/^(?!\.{1,2}$)[^/\n]+$/, "a name without slashes and line breaks");
/** Six bytes, of which the first is even: an odd one addresses groups. */
export const mac = like(
  /^[0-9a-fA-F][02468aceACE](:[0-9a-fA-F]{2}){5}$/,
  "six bytes in hexadecimal, the first of them even, such as 52:54:00:12:34:56",
);
/** The name space of what the provider itself keeps in an object's metadata. */
export const ownNamespace = "urn:pulumi-kvm:1";
