/** Devices of the host. */
import { device, flags, needResults } from "../objects";
import { bool, int, list, optional, string, struct, uint } from "../xdr";
import { act, ask, none } from "./declare";

export const nodeDeviceProcedures = {
  connectListAllNodeDevices: ask(
    285,
    struct({ needResults, flags }),
    struct({ devices: list(device, 65536), ret: uint }),
  ),
  nodeDeviceGetXmlDesc: ask(114, struct({ name: string, flags }), struct({ xml: string })),
  nodeDeviceLookupByName: ask(113, struct({ name: string }), struct({ dev: device })),
  nodeDeviceGetParent: ask(115, struct({ name: string }), struct({ parentName: optional(string) })),
  nodeDeviceListCaps: ask(117, struct({ name: string, maxnames: int }), struct({ names: list(string, 65536) })),
  nodeDeviceLookupScsiHostByWwn: ask(297, struct({ wwnn: string, wwpn: string, flags }), struct({ dev: device })),
  nodeDeviceGetAutostart: ask(433, struct({ name: string }), struct({ autostart: bool })),
  nodeDeviceIsPersistent: ask(435, struct({ name: string }), struct({ persistent: bool })),
  nodeDeviceIsActive: ask(436, struct({ name: string }), struct({ active: bool })),
  nodeDeviceDetachFlags: act(301, struct({ name: string, driverName: optional(string), flags }), none),
  nodeDeviceReAttach: act(119, struct({ name: string }), none),
  nodeDeviceReset: act(120, struct({ name: string }), none),
  nodeDeviceCreateXml: act(123, struct({ xmlDesc: string, flags }), struct({ dev: device })),
  nodeDeviceDestroy: act(124, struct({ name: string }), none),
  nodeDeviceDefineXml: act(428, struct({ xmlDesc: string, flags }), struct({ dev: device })),
  nodeDeviceUndefine: act(429, struct({ name: string, flags }), none),
  nodeDeviceCreate: act(430, struct({ name: string, flags }), none),
  nodeDeviceSetAutostart: act(434, struct({ name: string, autostart: bool }), none),
  nodeDeviceUpdate: act(447, struct({ name: string, xmlDesc: string, flags }), none, { since: "10.1.0" }),
} as const;
