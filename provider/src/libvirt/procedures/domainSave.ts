/** Domains saved to a file, and their memory dumped. */
import { domain, flags, parameter } from "../objects";
import { bool, list, optional, string, struct, uint } from "../xdr";
import { act, ask, long, none } from "./declare";

export const domainSaveProcedures = {
  domainHasManagedSaveImage: ask(183, struct({ dom: domain, flags }), struct({ result: bool })),
  domainManagedSave: long(182, struct({ dom: domain, flags }), none),
  domainManagedSaveRemove: act(184, struct({ dom: domain, flags }), none),
  domainSaveImageGetXmlDesc: ask(235, struct({ file: string, flags }), struct({ xml: string })),
  domainManagedSaveGetXmlDesc: ask(388, struct({ dom: domain, flags }), struct({ xml: string })),
  domainSaveImageDefineXml: act(236, struct({ file: string, dxml: string, flags }), none),
  domainManagedSaveDefineXml: act(389, struct({ dom: domain, dxml: optional(string), flags }), none),
  domainSaveFlags: long(232, struct({ dom: domain, to: string, dxml: optional(string), flags }), none),
  domainSaveParams: long(440, struct({ dom: domain, params: list(parameter, 64), flags }), none),
  domainRestoreFlags: long(233, struct({ from: string, dxml: optional(string), flags }), none),
  domainRestoreParams: long(441, struct({ params: list(parameter, 64), flags }), none),
  domainCoreDumpWithFormat: long(334, struct({ dom: domain, to: string, dumpformat: uint, flags }), none),
} as const;
