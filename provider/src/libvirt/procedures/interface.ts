/** Network interfaces of the host. */
import { flags, hostInterface, needResults } from "../objects";
import { bool, list, string, struct, uint } from "../xdr";
import { act, ask, none } from "./declare";

export const interfaceProcedures = {
  connectListAllInterfaces: ask(
    284,
    struct({ needResults, flags }),
    struct({ ifaces: list(hostInterface, 16384), ret: uint }),
  ),
  interfaceLookupByName: ask(128, struct({ name: string }), struct({ iface: hostInterface })),
  interfaceLookupByMacString: ask(129, struct({ mac: string }), struct({ iface: hostInterface })),
  interfaceGetXmlDesc: ask(130, struct({ iface: hostInterface, flags }), struct({ xml: string })),
  interfaceIsActive: ask(156, struct({ iface: hostInterface }), struct({ active: bool })),
  interfaceDefineXml: act(131, struct({ xml: string, flags }), struct({ iface: hostInterface })),
  interfaceUndefine: act(132, struct({ iface: hostInterface }), none),
  interfaceCreate: act(133, struct({ iface: hostInterface, flags }), none),
  interfaceDestroy: act(134, struct({ iface: hostInterface, flags }), none),
  interfaceChangeBegin: act(220, struct({ flags }), none),
  interfaceChangeCommit: act(221, struct({ flags }), none),
  interfaceChangeRollback: act(222, struct({ flags }), none),
} as const;
