/** Long work on a domain and its disks. */
import { domain, flags, parameter } from "../objects";
import { bool, int, list, optional, string, struct, uhyper } from "../xdr";
import { act, none, probe } from "./declare";

export const domainJobsProcedures = {
  domainBlockResize: act(251, struct({ dom: domain, disk: string, size: uhyper, flags }), none),
  domainBlockJobAbort: act(237, struct({ dom: domain, path: string, flags }), none),
  domainGetBlockJobInfo: probe(
    238,
    struct({ dom: domain, path: string, flags }),
    struct({ found: bool, type: int, bandwidth: uhyper, cur: uhyper, end: uhyper }),
  ),
  domainGetJobInfo: probe(
    163,
    struct({ dom: domain }),
    struct({
      type: int,
      timeElapsed: uhyper,
      timeRemaining: uhyper,
      dataTotal: uhyper,
      dataProcessed: uhyper,
      dataRemaining: uhyper,
      memTotal: uhyper,
      memProcessed: uhyper,
      memRemaining: uhyper,
      fileTotal: uhyper,
      fileProcessed: uhyper,
      fileRemaining: uhyper,
    }),
  ),
  domainAbortJob: act(164, struct({ dom: domain }), none),
  domainGetJobStats: probe(298, struct({ dom: domain, flags }), struct({ type: int, params: list(parameter, 64) })),
  domainAbortJobFlags: act(442, struct({ dom: domain, flags }), none),
  domainBlockJobSetSpeed: act(239, struct({ dom: domain, path: string, bandwidth: uhyper, flags }), none),
  domainBlockPull: act(240, struct({ dom: domain, path: string, bandwidth: uhyper, flags }), none),
  domainBlockRebase: act(
    266,
    struct({ dom: domain, path: string, base: optional(string), bandwidth: uhyper, flags }),
    none,
  ),
  domainBlockCommit: act(
    290,
    struct({ dom: domain, disk: string, base: optional(string), top: optional(string), bandwidth: uhyper, flags }),
    none,
  ),
  domainBlockCopy: act(
    345,
    struct({ dom: domain, path: string, destxml: string, params: list(parameter, 16), flags }),
    none,
  ),
  domainSetBlockThreshold: act(386, struct({ dom: domain, dev: string, threshold: uhyper, flags }), none),
  domainStartDirtyRateCalc: act(427, struct({ dom: domain, seconds: int, flags }), none),
} as const;
