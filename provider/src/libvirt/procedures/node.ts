/** The machine: processors, memory, security. */
import { flags, nodeStat, parameter } from "../objects";
import { charList, chars, int, list, opaque, struct, uhyper, uint } from "../xdr";
import { act, ask, long, none } from "./declare";

export const nodeProcedures = {
  nodeGetInfo: ask(
    6,
    none,
    struct({
      model: chars(32),
      memory: uhyper,
      cpus: int,
      mhz: int,
      nodes: int,
      sockets: int,
      cores: int,
      threads: int,
    }),
  ),
  nodeGetFreeMemory: ask(102, none, struct({ freeMem: uhyper })),
  nodeGetMemoryStats: ask(
    228,
    struct({ nparams: int, cellNum: int, flags }),
    struct({ params: list(nodeStat, 16), nparams: int }),
  ),
  nodeGetCellsFreeMemory: ask(101, struct({ startCell: int, maxcells: int }), struct({ cells: list(uhyper, 1024) })),
  nodeGetSecurityModel: ask(122, none, struct({ model: charList(257), doi: charList(257) })),
  nodeGetCpuStats: ask(
    227,
    struct({ cpuNum: int, nparams: int, flags }),
    struct({ params: list(nodeStat, 16), nparams: int }),
  ),
  nodeGetCpuMap: ask(
    293,
    struct({ needMap: int, needOnline: int, flags }),
    struct({ cpumap: opaque(2048), online: uint, ret: int }),
  ),
  nodeGetMemoryParameters: ask(
    289,
    struct({ nparams: int, flags }),
    struct({ params: list(parameter, 64), nparams: int }),
  ),
  nodeGetFreePages: ask(
    340,
    struct({ pages: list(uint, 1024), startCell: int, cellCount: uint, flags }),
    struct({ counts: list(uhyper, 1024) }),
  ),
  nodeGetSevInfo: ask(395, struct({ nparams: int, flags }), struct({ params: list(parameter, 64), nparams: int })),
  nodeSetMemoryParameters: act(288, struct({ params: list(parameter, 64), flags }), none),
  nodeSuspendForDuration: act(250, struct({ target: uint, duration: uhyper, flags }), none),
  nodeAllocPages: long(
    347,
    struct({ pageSizes: list(uint, 1024), pageCounts: list(uhyper, 1024), startCell: int, cellCount: uint, flags }),
    struct({ ret: int }),
  ),
} as const;
