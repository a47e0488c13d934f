/** libvirt's events as data: how each is asked for and what it brings. */
import { domain, network, parameter, pool } from "./objects";
import { PROGRAM } from "./procedures";
import { hyper, int, list, type OutOf, optional, string, struct, type Type, uhyper, uint } from "./xdr";

type Message = Type<{ readonly callbackID: number }, never>;

export interface EventDeclaration<M extends Message = Message> {
  readonly program: number;
  /** The procedure number its messages carry. */
  readonly number: number;
  /** The calls that start and stop it. */
  readonly from: "domain" | "network" | "storagePool" | "qemu";
  /** Its number among the events of `from`. */
  readonly id: number;
  readonly message: M;
}

const callbackID = int;
const declare =
  (from: EventDeclaration["from"], program: number = PROGRAM.remote) =>
  <M extends Message>(id: number, number: number, message: M): EventDeclaration<M> => ({
    program,
    number,
    from,
    id,
    message,
  });
const ofDomain = declare("domain");
const ofNetwork = declare("network");
const ofPool = declare("storagePool");
const ofQemu = declare("qemu", PROGRAM.qemu);

export const events = {
  /** `event`: 0 defined, 1 undefined, 2 started, 3 suspended, 4 resumed, 5 stopped, 6 shutdown, 7 suspended by the guest, 8 crashed; `detail` says how. */
  domainLifecycle: ofDomain(0, 318, struct({ callbackID, dom: domain, event: int, detail: int })),
  domainReboot: ofDomain(1, 319, struct({ callbackID, dom: domain })),
  domainWatchdog: ofDomain(3, 321, struct({ callbackID, dom: domain, action: int })),
  domainIoError: ofDomain(
    6,
    324,
    struct({ callbackID, dom: domain, srcPath: string, devAlias: string, action: int, reason: string }),
  ),
  domainDiskChange: ofDomain(
    9,
    327,
    struct({
      callbackID,
      dom: domain,
      oldSrcPath: optional(string),
      newSrcPath: optional(string),
      devAlias: string,
      reason: int,
    }),
  ),
  domainTrayChange: ofDomain(10, 328, struct({ callbackID, dom: domain, devAlias: string, reason: int })),
  /** The memory the guest has now, in KiB. */
  domainBalloonChange: ofDomain(13, 331, struct({ callbackID, dom: domain, actual: uhyper })),
  domainDeviceRemoved: ofDomain(15, 333, struct({ callbackID, dom: domain, devAlias: string })),
  domainBlockJob: ofDomain(16, 339, struct({ callbackID, dom: domain, dst: string, type: int, status: int })),
  domainTunable: ofDomain(17, 346, struct({ callbackID, dom: domain, params: list(parameter, 2048) })),
  /** `state`: 1 connected, 2 disconnected. */
  domainAgentLifecycle: ofDomain(18, 348, struct({ callbackID, dom: domain, state: int, reason: int })),
  domainDeviceAdded: ofDomain(19, 354, struct({ callbackID, dom: domain, devAlias: string })),
  domainJobCompleted: ofDomain(21, 363, struct({ callbackID, dom: domain, params: list(parameter, 64) })),
  domainDeviceRemovalFailed: ofDomain(22, 367, struct({ callbackID, dom: domain, devAlias: string })),
  domainMetadataChange: ofDomain(23, 379, struct({ callbackID, dom: domain, type: int, nsuri: optional(string) })),
  domainBlockThreshold: ofDomain(
    24,
    385,
    struct({ callbackID, dom: domain, dev: string, path: optional(string), threshold: uhyper, excess: uhyper }),
  ),
  domainMemoryDeviceSizeChange: ofDomain(26, 438, struct({ callbackID, dom: domain, alias: string, size: uhyper })),

  /** `event`: 0 defined, 1 undefined, 2 started, 3 stopped. */
  networkLifecycle: ofNetwork(0, 315, struct({ callbackID, net: network, event: int, detail: int })),

  /** `event`: 0 defined, 1 undefined, 2 started, 3 stopped, 4 created, 5 deleted. */
  storagePoolLifecycle: ofPool(0, 370, struct({ callbackID, pool, event: int, detail: int })),
  storagePoolRefresh: ofPool(1, 373, struct({ callbackID, pool })),

  /** QEMU's own events, with their data as JSON text in `details`. */
  qemuMonitor: ofQemu(
    0,
    6,
    struct({ callbackID, dom: domain, event: string, seconds: hyper, micros: uint, details: optional(string) }),
  ),
} as const;

export type EventName = keyof typeof events;
/** An event as it arrives; `kind` tells which it is. */
export type EventOf<E extends EventName> = {
  [K in E]: { readonly kind: K } & Omit<OutOf<(typeof events)[K]["message"]>, "callbackID">;
}[E];
