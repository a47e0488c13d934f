/** Migration, in the form with typed parameters. */
import { domain, flags, parameter } from "../objects";
import { int, list, opaque, optional, string, struct, uhyper } from "../xdr";
import { act, long, none, probe, send } from "./declare";

export const migrationProcedures = {
  domainMigrateGetMaxDowntime: probe(387, struct({ dom: domain, flags }), struct({ downtime: uhyper })),
  domainMigrateGetMaxSpeed: probe(242, struct({ dom: domain, flags }), struct({ bandwidth: uhyper })),
  domainMigrateGetCompressionCache: probe(299, struct({ dom: domain, flags }), struct({ cacheSize: uhyper })),
  domainMigrateSetMaxDowntime: act(166, struct({ dom: domain, downtime: uhyper, flags }), none),
  domainMigrateSetMaxSpeed: act(207, struct({ dom: domain, bandwidth: uhyper, flags }), none),
  domainMigrateSetCompressionCache: act(300, struct({ dom: domain, cacheSize: uhyper, flags }), none),
  domainMigrateStartPostCopy: act(364, struct({ dom: domain, flags }), none),
  domainMigrateBegin3Params: long(
    302,
    struct({ dom: domain, params: list(parameter, 64), flags }),
    struct({ cookieOut: opaque(4194304), xml: string }),
  ),
  domainMigratePrepare3Params: long(
    303,
    struct({ params: list(parameter, 64), cookieIn: opaque(4194304), flags }),
    struct({ cookieOut: opaque(4194304), uriOut: optional(string) }),
  ),
  domainMigratePerform3Params: long(
    305,
    struct({ dom: domain, dconnuri: optional(string), params: list(parameter, 64), cookieIn: opaque(4194304), flags }),
    struct({ cookieOut: opaque(4194304) }),
  ),
  domainMigrateFinish3Params: long(
    306,
    struct({ params: list(parameter, 64), cookieIn: opaque(4194304), flags, cancelled: int }),
    struct({ dom: domain, cookieOut: opaque(4194304) }),
  ),
  domainMigrateConfirm3Params: long(
    307,
    struct({ dom: domain, params: list(parameter, 64), cookieIn: opaque(4194304), flags, cancelled: int }),
    none,
  ),
  domainMigratePrepareTunnel3Params: send(
    304,
    struct({ params: list(parameter, 64), cookieIn: opaque(4194304), flags }),
    struct({ cookieOut: opaque(4194304) }),
  ),
} as const;
