/** Networks, their leases and ports. */
import { FEATURE } from "../features";
import { dhcpLease, flags, needResults, network, parameter, port } from "../objects";
import { bool, int, list, optional, string, struct, uint, uuid } from "../xdr";
import { act, ask, none } from "./declare";

export const networkProcedures = {
  connectListAllNetworks: ask(283, struct({ needResults, flags }), struct({ nets: list(network, 16384), ret: uint })),
  networkLookupByName: ask(46, struct({ name: string }), struct({ net: network })),
  networkLookupByUuid: ask(47, struct({ uuid }), struct({ net: network })),
  networkDefineXml: act(41, struct({ xml: string }), struct({ net: network })),
  networkDefineXmlFlags: act(432, struct({ xml: string, flags }), struct({ net: network })),
  networkCreateXml: act(40, struct({ xml: string }), struct({ net: network })),
  networkCreate: act(39, struct({ net: network }), none),
  networkDestroy: act(42, struct({ net: network }), none),
  networkUndefine: act(49, struct({ net: network }), none),
  networkUpdate: act(
    291,
    struct({ net: network, command: uint, section: uint, parentIndex: int, xml: string, flags }),
    none,
    {
      older: {
        lacking: FEATURE.networkUpdateOrder,
        args: (args) => ({ ...args, command: args.section, section: args.command }),
      },
    },
  ),
  networkGetXmlDesc: ask(43, struct({ net: network, flags }), struct({ xml: string })),
  networkGetBridgeName: ask(45, struct({ net: network }), struct({ name: string })),
  networkGetAutostart: ask(44, struct({ net: network }), struct({ autostart: bool })),
  networkSetAutostart: act(48, struct({ net: network, autostart: bool }), none),
  networkIsActive: ask(152, struct({ net: network }), struct({ active: bool })),
  networkIsPersistent: ask(153, struct({ net: network }), struct({ persistent: bool })),
  networkGetDhcpLeases: ask(
    341,
    struct({ net: network, mac: optional(string), needResults, flags }),
    struct({ leases: list(dhcpLease, 65536), ret: uint }),
  ),
  networkListAllPorts: ask(
    404,
    struct({ network, needResults, flags }),
    struct({ ports: list(port, 16384), ret: uint }),
  ),
  networkPortGetXmlDesc: ask(409, struct({ port, flags }), struct({ xml: string })),
  networkPortLookupByUuid: ask(405, struct({ network, uuid }), struct({ port })),
  networkPortGetParameters: ask(
    407,
    struct({ port, nparams: int, flags }),
    struct({ params: list(parameter, 16), nparams: int }),
  ),
  networkGetMetadata: ask(
    445,
    struct({ network, type: int, uri: optional(string), flags }),
    struct({ metadata: string }),
    { since: "9.7.0" },
  ),
  networkCreateXmlFlags: act(437, struct({ xml: string, flags }), struct({ net: network })),
  networkPortCreateXml: act(406, struct({ network, xml: string, flags }), struct({ port })),
  networkPortSetParameters: act(408, struct({ port, params: list(parameter, 16), flags }), none),
  networkPortDelete: act(410, struct({ port, flags }), none),
  networkSetMetadata: act(
    444,
    struct({ network, type: int, metadata: optional(string), key: optional(string), uri: optional(string), flags }),
    none,
    { since: "9.7.0" },
  ),
} as const;
