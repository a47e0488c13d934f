/** What names and identities may be. */
import { like } from "../vocabulary";

export const uuid = like(/^[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}$/, "a UUID");
/** A name that is the name of a file on the host too. */
export const objectName = like(/^(?!\.{1,2}$)[^/\n]+$/, "a name without slashes and line breaks");
/** Six bytes, of which the first is even: an odd one addresses groups. */
export const mac = like(
  /^[0-9a-fA-F][02468aceACE](:[0-9a-fA-F]{2}){5}$/,
  "six bytes in hexadecimal, the first of them even, such as 52:54:00:12:34:56",
);
/** The name space of what the provider itself keeps in an object's metadata. */
export const ownNamespace = "urn:pulumi-kvm:1";
