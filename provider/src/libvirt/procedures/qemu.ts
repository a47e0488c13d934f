/** QEMU's own program. */
import { domain, flags } from "../objects";
import { int, optional, string, struct } from "../xdr";
import { none, qemu } from "./declare";

export const qemuProcedures = {
  domainMonitorCommand: qemu.act(1, struct({ dom: domain, cmd: string, flags }), struct({ result: string })),
  domainAgentCommand: qemu.long(
    3,
    struct({ dom: domain, cmd: string, timeout: int, flags }),
    struct({ result: optional(string) }),
    { guest: true },
  ),
  connectDomainMonitorEventRegister: qemu.ask(
    4,
    struct({ dom: optional(domain), event: optional(string), flags }),
    struct({ callbackID: int }),
  ),
  connectDomainMonitorEventDeregister: qemu.ask(5, struct({ callbackID: int }), none),
} as const;
