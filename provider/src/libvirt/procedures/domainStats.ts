/** Measurements of domains. */
import { diskError, domain, flags, memoryStat, parameter, statsRecord } from "../objects";
import { hyper, int, list, string, struct, uhyper, uint } from "../xdr";
import { ask, probe } from "./declare";

export const domainStatsProcedures = {
  connectGetAllDomainStats: probe(
    344,
    struct({ doms: list(domain, 16384), stats: uint, flags }),
    struct({ retStats: list(statsRecord, 16384) }),
  ),
  domainGetBlockInfo: probe(
    194,
    struct({ dom: domain, path: string, flags }),
    struct({ allocation: uhyper, capacity: uhyper, physical: uhyper }),
  ),
  domainMemoryStats: probe(
    159,
    struct({ dom: domain, maxStats: uint, flags }),
    struct({ stats: list(memoryStat, 1024) }),
  ),
  domainGetDiskErrors: probe(
    263,
    struct({ dom: domain, maxerrors: uint, flags }),
    struct({ errors: list(diskError, 256), nerrors: int }),
  ),
  domainInterfaceStats: ask(
    65,
    struct({ dom: domain, device: string }),
    struct({
      rxBytes: hyper,
      rxPackets: hyper,
      rxErrs: hyper,
      rxDrop: hyper,
      txBytes: hyper,
      txPackets: hyper,
      txErrs: hyper,
      txDrop: hyper,
    }),
  ),
  domainGetCpuStats: ask(
    262,
    struct({ dom: domain, nparams: uint, startCpu: int, ncpus: uint, flags }),
    struct({ params: list(parameter, 2048), nparams: int }),
  ),
  domainBlockStatsFlags: probe(
    243,
    struct({ dom: domain, path: string, nparams: int, flags }),
    struct({ params: list(parameter, 16), nparams: int }),
  ),
} as const;
