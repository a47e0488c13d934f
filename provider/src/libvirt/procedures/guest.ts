/** What the agent inside the guest is asked for. */
import { domain, domainInterface, filesystemInfo, flags, parameter } from "../objects";
import { hyper, int, list, optional, string, struct, uhyper, uint } from "../xdr";
import { act, long, none, probe } from "./declare";

const asked = { guest: true };
/** VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT */
const ADDRESSES_OF_AGENT = 1;

export const guestProcedures = {
  domainInterfaceAddresses: probe(
    353,
    struct({ dom: domain, source: uint, flags }),
    struct({ ifaces: list(domainInterface, 2048) }),
    // Leases and the neighbour table are the host's own.
    { waits: ({ source }) => source === ADDRESSES_OF_AGENT, guest: ({ source }) => source === ADDRESSES_OF_AGENT },
  ),
  domainGetHostname: probe(277, struct({ dom: domain, flags }), struct({ hostname: string }), asked),
  domainGetGuestInfo: probe(
    418,
    struct({ dom: domain, types: uint, flags }),
    struct({ params: list(parameter, 2048) }),
    asked,
  ),
  domainGetTime: probe(337, struct({ dom: domain, flags }), struct({ seconds: hyper, nseconds: uint }), asked),
  domainSetTime: act(338, struct({ dom: domain, seconds: hyper, nseconds: uint, flags }), none, asked),
  domainSetUserPassword: act(
    357,
    struct({ dom: domain, user: optional(string), password: optional(string), flags }),
    none,
    asked,
  ),
  domainAgentSetResponseTimeout: act(420, struct({ dom: domain, timeout: int, flags }), struct({ result: int })),
  domainGetFsinfo: probe(
    349,
    struct({ dom: domain, flags }),
    struct({ info: list(filesystemInfo, 256), ret: uint }),
    asked,
  ),
  domainGetGuestVcpus: probe(371, struct({ dom: domain, flags }), struct({ params: list(parameter, 64) }), asked),
  domainAuthorizedSshKeysGet: probe(
    424,
    struct({ dom: domain, user: string, flags }),
    struct({ keys: list(string, 2048) }),
    asked,
  ),
  domainSetGuestVcpus: act(372, struct({ dom: domain, cpumap: string, state: int, flags }), none, asked),
  domainAuthorizedSshKeysSet: act(
    425,
    struct({ dom: domain, user: string, keys: list(string, 2048), flags }),
    none,
    asked,
  ),
  domainFsfreeze: long(
    335,
    struct({ dom: domain, mountpoints: list(string, 256), flags }),
    struct({ filesystems: int }),
    asked,
  ),
  domainFsthaw: long(
    336,
    struct({ dom: domain, mountpoints: list(string, 256), flags }),
    struct({ filesystems: int }),
    asked,
  ),
  domainFstrim: long(294, struct({ dom: domain, mountPoint: optional(string), minimum: uhyper, flags }), none, asked),
} as const;
