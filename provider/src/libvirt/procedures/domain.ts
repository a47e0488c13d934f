/** Domains: what they are, their life and their devices. */
import { domain, flags, needResults, parameter, securityLabel } from "../objects";
import { bool, hyper, int, list, optional, string, struct, uhyper, uint, uuid } from "../xdr";
import { act, ask, none, probe, receive } from "./declare";

/** VIR_DOMAIN_SHUTDOWN_GUEST_AGENT, VIR_DOMAIN_REBOOT_GUEST_AGENT; where nothing is said the agent is tried first. */
const BY_AGENT = 2;
const byAgent = ({ flags = 0 }: { readonly flags?: number | undefined }): boolean =>
  flags === 0 || (flags & BY_AGENT) !== 0;

export const domainProcedures = {
  connectListAllDomains: ask(273, struct({ needResults, flags }), struct({ domains: list(domain, 16384), ret: uint })),
  domainLookupByName: ask(23, struct({ name: string }), struct({ dom: domain })),
  domainLookupByUuid: ask(24, struct({ uuid }), struct({ dom: domain })),
  domainGetXmlDesc: ask(14, struct({ dom: domain, flags }), struct({ xml: string })),
  domainDefineXmlFlags: act(350, struct({ xml: string, flags }), struct({ dom: domain })),
  domainCreateXml: act(10, struct({ xmlDesc: string, flags }), struct({ dom: domain })),
  domainCreateWithFlags: act(196, struct({ dom: domain, flags }), struct({ dom: domain })),
  domainShutdownFlags: act(258, struct({ dom: domain, flags }), none, { guest: byAgent }),
  domainDestroyFlags: act(234, struct({ dom: domain, flags }), none),
  domainUndefineFlags: act(231, struct({ dom: domain, flags }), none),
  domainGetState: ask(212, struct({ dom: domain, flags }), struct({ state: int, reason: int })),
  domainGetInfo: ask(
    16,
    struct({ dom: domain }),
    struct({ state: uint, maxMem: uhyper, memory: uhyper, nrVirtCpu: uint, cpuTime: uhyper }),
  ),
  domainSuspend: act(34, struct({ dom: domain }), none),
  domainResume: act(28, struct({ dom: domain }), none),
  domainReboot: act(27, struct({ dom: domain, flags }), none, { guest: byAgent }),
  domainReset: act(245, struct({ dom: domain, flags }), none),
  domainInjectNmi: act(210, struct({ dom: domain, flags }), none),
  domainRename: act(358, struct({ dom: domain, newName: optional(string), flags }), struct({ retcode: int })),
  domainIsActive: ask(150, struct({ dom: domain }), struct({ active: bool })),
  domainIsPersistent: ask(151, struct({ dom: domain }), struct({ persistent: bool })),
  domainIsUpdated: ask(202, struct({ dom: domain }), struct({ updated: bool })),
  domainSetAutostart: act(29, struct({ dom: domain, autostart: bool }), none),
  domainGetAutostart: ask(15, struct({ dom: domain }), struct({ autostart: bool })),
  domainSetMetadata: act(
    264,
    struct({ dom: domain, type: int, metadata: optional(string), key: optional(string), uri: optional(string), flags }),
    none,
  ),
  domainGetMetadata: ask(
    265,
    struct({ dom: domain, type: int, uri: optional(string), flags }),
    struct({ metadata: string }),
  ),
  domainAttachDeviceFlags: act(160, struct({ dom: domain, xml: string, flags }), none),
  domainDetachDeviceFlags: act(161, struct({ dom: domain, xml: string, flags }), none),
  domainDetachDeviceAlias: act(392, struct({ dom: domain, alias: string, flags }), none),
  domainUpdateDeviceFlags: act(174, struct({ dom: domain, xml: string, flags }), none),
  domainOpenConsole: receive(201, struct({ dom: domain, devName: optional(string), flags }), none),
  domainOpenChannel: receive(296, struct({ dom: domain, name: optional(string), flags }), none),
  domainScreenshot: receive(211, struct({ dom: domain, screen: uint, flags }), struct({ mime: optional(string) })),
  domainSendKey: act(
    226,
    struct({ dom: domain, codeset: uint, holdtime: uint, keycodes: list(uint, 16), flags }),
    none,
  ),
  domainSetLifecycleAction: act(390, struct({ dom: domain, type: uint, action: uint, flags }), none),
  domainLookupById: ask(22, struct({ id: int }), struct({ dom: domain })),
  domainGetOsType: ask(19, struct({ dom: domain }), struct({ type: string })),
  domainGetMaxMemory: ask(17, struct({ dom: domain }), struct({ memory: uhyper })),
  domainGetMaxVcpus: ask(18, struct({ dom: domain }), struct({ num: int })),
  domainGetControlInfo: ask(
    229,
    struct({ dom: domain, flags }),
    struct({ state: uint, details: uint, stateTime: uhyper }),
  ),
  domainGetMessages: ask(426, struct({ dom: domain, flags }), struct({ msgs: list(string, 2048) })),
  domainGetAutostartOnce: ask(449, struct({ dom: domain }), struct({ autostart: bool }), { since: "11.2.0" }),
  domainGetSecurityLabel: ask(121, struct({ dom: domain }), securityLabel),
  domainGetSecurityLabelList: ask(278, struct({ dom: domain }), struct({ labels: list(securityLabel, 64), ret: int })),
  domainSetAutostartOnce: act(450, struct({ dom: domain, autostart: bool }), none, { since: "11.2.0" }),
  domainPmSuspendForDuration: act(261, struct({ dom: domain, target: uint, duration: uhyper, flags }), none, {
    guest: true,
  }),
  domainPmWakeup: act(267, struct({ dom: domain, flags }), none),
  domainSendProcessSignal: act(295, struct({ dom: domain, pidValue: hyper, signum: uint, flags }), none),
  domainGraphicsReload: act(448, struct({ dom: domain, type: uint, flags }), none, { since: "10.2.0" }),
  domainGetLaunchSecurityInfo: probe(396, struct({ dom: domain, flags }), struct({ params: list(parameter, 64) })),
  domainSetLaunchSecurityState: act(439, struct({ dom: domain, params: list(parameter, 64), flags }), none),
} as const;
