/** What concerns the connection and the driver behind it. */
import { flags, needResults } from "../objects";
import { bool, charData, int, list, optional, string, struct, uhyper } from "../xdr";
import { ask, none } from "./declare";

export const connectionProcedures = {
  connectOpen: ask(1, struct({ name: optional(string), flags }), none),
  connectClose: ask(2, none, none),
  authList: ask(66, none, struct({ types: list(int, 20) })),
  authPolkit: ask(70, none, struct({ complete: bool })),
  connectGetType: ask(3, none, struct({ type: string })),
  connectGetUri: ask(110, none, struct({ uri: string })),
  connectGetHostname: ask(59, none, struct({ hostname: string })),
  connectGetLibVersion: ask(157, none, struct({ libVer: uhyper })),
  connectGetVersion: ask(4, none, struct({ hvVer: uhyper })),
  connectGetCapabilities: ask(7, none, struct({ capabilities: string })),
  connectGetDomainCapabilities: ask(
    342,
    struct({
      emulatorbin: optional(string),
      arch: optional(string),
      machine: optional(string),
      virttype: optional(string),
      flags,
    }),
    struct({ capabilities: string }),
  ),
  connectGetStoragePoolCapabilities: ask(403, struct({ flags }), struct({ capabilities: string })),
  connectSupportsFeature: ask(60, struct({ feature: int }), struct({ supported: bool })),
  connectGetMaxVcpus: ask(5, struct({ type: optional(string) }), struct({ maxVcpus: int })),
  connectGetCpuModelNames: ask(
    312,
    struct({ arch: string, needResults, flags }),
    struct({ models: list(string, 8192), ret: int }),
  ),
  connectBaselineHypervisorCpu: ask(
    394,
    struct({
      emulator: optional(string),
      arch: optional(string),
      machine: optional(string),
      virttype: optional(string),
      xmlCPUs: list(string, 256),
      flags,
    }),
    struct({ cpu: string }),
  ),
  authSaslInit: ask(67, none, struct({ mechlist: string })),
  authSaslStart: ask(
    68,
    struct({ mech: string, nil: bool, data: charData(65536) }),
    struct({ complete: bool, nil: bool, data: charData(65536) }),
  ),
  authSaslStep: ask(
    69,
    struct({ nil: bool, data: charData(65536) }),
    struct({ complete: bool, nil: bool, data: charData(65536) }),
  ),
  connectIsSecure: ask(149, none, struct({ secure: bool })),
  connectGetSysinfo: ask(203, struct({ flags }), struct({ sysinfo: string })),
  connectCompareCpu: ask(158, struct({ xml: string, flags }), struct({ result: int })),
  connectBaselineCpu: ask(162, struct({ xmlCPUs: list(string, 256), flags }), struct({ cpu: string })),
  connectCompareHypervisorCpu: ask(
    393,
    struct({
      emulator: optional(string),
      arch: optional(string),
      machine: optional(string),
      virttype: optional(string),
      xmlCPU: string,
      flags,
    }),
    struct({ result: int }),
  ),
  connectDomainXmlFromNative: ask(
    135,
    struct({ nativeFormat: string, nativeConfig: string, flags }),
    struct({ domainXml: string }),
  ),
  connectDomainXmlToNative: ask(
    136,
    struct({ nativeFormat: string, domainXml: string, flags }),
    struct({ nativeConfig: string }),
  ),
} as const;
