/** What a domain may use: memory, processors, disks, network. */
import { domain, flags, iothreadInfo, parameter, vcpuInfo } from "../objects";
import { int, list, opaque, optional, string, struct, uhyper, uint } from "../xdr";
import { act, ask, none, probe } from "./declare";

/** VIR_DOMAIN_VCPU_GUEST */
const IN_GUEST = 8;
const inGuest = ({ flags = 0 }: { readonly flags?: number | undefined }): boolean => (flags & IN_GUEST) !== 0;

export const domainTuningProcedures = {
  domainSetMemoryFlags: act(204, struct({ dom: domain, memory: uhyper, flags }), none),
  domainSetMemoryStatsPeriod: act(308, struct({ dom: domain, period: int, flags }), none),
  domainSetVcpusFlags: act(199, struct({ dom: domain, nvcpus: uint, flags }), none, { guest: inGuest }),
  domainGetVcpusFlags: probe(200, struct({ dom: domain, flags }), struct({ num: int }), { guest: inGuest }),
  domainGetMemoryParameters: ask(
    198,
    struct({ dom: domain, nparams: int, flags }),
    struct({ params: list(parameter, 16), nparams: int }),
  ),
  domainSetMemoryParameters: act(197, struct({ dom: domain, params: list(parameter, 16), flags }), none),
  domainSetBlockIoTune: act(252, struct({ dom: domain, disk: string, params: list(parameter, 32), flags }), none),
  domainSetInterfaceParameters: act(
    256,
    struct({ dom: domain, device: string, params: list(parameter, 16), flags }),
    none,
  ),
  domainGetSchedulerType: ask(56, struct({ dom: domain }), struct({ type: string, nparams: int })),
  domainGetSchedulerParametersFlags: ask(
    223,
    struct({ dom: domain, nparams: int, flags }),
    struct({ params: list(parameter, 16) }),
  ),
  domainGetBlkioParameters: ask(
    206,
    struct({ dom: domain, nparams: int, flags }),
    struct({ params: list(parameter, 16), nparams: int }),
  ),
  domainGetNumaParameters: ask(
    255,
    struct({ dom: domain, nparams: int, flags }),
    struct({ params: list(parameter, 16), nparams: int }),
  ),
  domainGetInterfaceParameters: ask(
    257,
    struct({ dom: domain, device: string, nparams: int, flags }),
    struct({ params: list(parameter, 16), nparams: int }),
  ),
  domainGetVcpuPinInfo: ask(
    230,
    struct({ dom: domain, ncpumaps: int, maplen: int, flags }),
    struct({ cpumaps: opaque(8388608), num: int }),
  ),
  domainGetVcpus: ask(
    20,
    struct({ dom: domain, maxinfo: int, maplen: int }),
    struct({ info: list(vcpuInfo, 16384), cpumaps: opaque(8388608) }),
  ),
  domainGetEmulatorPinInfo: ask(
    280,
    struct({ dom: domain, maplen: int, flags }),
    struct({ cpumaps: opaque(8388608), ret: int }),
  ),
  domainGetPerfEvents: ask(365, struct({ dom: domain, flags }), struct({ params: list(parameter, 64) })),
  domainGetBlockIoTune: probe(
    253,
    struct({ dom: domain, disk: optional(string), nparams: int, flags }),
    struct({ params: list(parameter, 32), nparams: int }),
  ),
  domainGetIothreadInfo: probe(
    351,
    struct({ dom: domain, flags }),
    struct({ info: list(iothreadInfo, 16384), ret: uint }),
  ),
  domainSetSchedulerParametersFlags: act(219, struct({ dom: domain, params: list(parameter, 16), flags }), none),
  domainSetBlkioParameters: act(205, struct({ dom: domain, params: list(parameter, 16), flags }), none),
  domainSetNumaParameters: act(254, struct({ dom: domain, params: list(parameter, 16), flags }), none),
  domainPinVcpuFlags: act(225, struct({ dom: domain, vcpu: uint, cpumap: opaque(2048), flags }), none),
  domainSetVcpu: act(384, struct({ dom: domain, cpumap: string, state: int, flags }), none),
  domainPinEmulator: act(279, struct({ dom: domain, cpumap: opaque(2048), flags }), none),
  domainPinIothread: act(352, struct({ dom: domain, iothreadsId: uint, cpumap: opaque(2048), flags }), none),
  domainAddIothread: act(355, struct({ dom: domain, iothreadId: uint, flags }), none),
  domainDelIothread: act(356, struct({ dom: domain, iothreadId: uint, flags }), none),
  domainSetIothreadParams: act(
    402,
    struct({ dom: domain, iothreadId: uint, params: list(parameter, 64), flags }),
    none,
  ),
  domainSetPerfEvents: act(366, struct({ dom: domain, params: list(parameter, 64), flags }), none),
  domainSetThrottleGroup: act(451, struct({ dom: domain, group: string, params: list(parameter, 32), flags }), none, {
    since: "11.2.0",
  }),
  domainDelThrottleGroup: act(452, struct({ dom: domain, group: optional(string), flags }), none, { since: "11.2.0" }),
} as const;
