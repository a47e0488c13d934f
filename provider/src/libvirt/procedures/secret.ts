/** Secrets. */
import { flags, needResults, secret } from "../objects";
import { int, list, opaque, string, struct, uint, uuid } from "../xdr";
import { act, ask, none } from "./declare";

export const secretProcedures = {
  connectListAllSecrets: ask(287, struct({ needResults, flags }), struct({ secrets: list(secret, 16384), ret: uint })),
  secretLookupByUuid: ask(141, struct({ uuid }), struct({ secret })),
  secretLookupByUsage: ask(147, struct({ usageType: int, usageID: string }), struct({ secret })),
  secretDefineXml: act(142, struct({ xml: string, flags }), struct({ secret })),
  secretGetXmlDesc: ask(143, struct({ secret, flags }), struct({ xml: string })),
  secretSetValue: act(144, struct({ secret, value: opaque(65536), flags }), none),
  secretUndefine: act(146, struct({ secret }), none),
  secretGetValue: ask(145, struct({ secret, flags }), struct({ value: opaque(65536) })),
} as const;
