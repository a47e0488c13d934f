/** libvirt's events as data: how each is asked for and what it brings. */
import { device, domain, network, parameter, pool, secret } from "./objects";
import { PROGRAM, type ProcedureName } from "./procedures";
import { hyper, int, list, type OutOf, optional, string, struct, type Type, uhyper, uint } from "./xdr";

type Message = Type<{ readonly callbackID: number }, never>;

/** Where events come from: the program of their messages, and the calls that start and stop them. */
export const SOURCES = {
  domain: {
    program: PROGRAM.remote,
    register: "connectDomainEventCallbackRegisterAny",
    deregister: "connectDomainEventCallbackDeregisterAny",
  },
  network: {
    program: PROGRAM.remote,
    register: "connectNetworkEventRegisterAny",
    deregister: "connectNetworkEventDeregisterAny",
  },
  storagePool: {
    program: PROGRAM.remote,
    register: "connectStoragePoolEventRegisterAny",
    deregister: "connectStoragePoolEventDeregisterAny",
  },
  nodeDevice: {
    program: PROGRAM.remote,
    register: "connectNodeDeviceEventRegisterAny",
    deregister: "connectNodeDeviceEventDeregisterAny",
  },
  secret: {
    program: PROGRAM.remote,
    register: "connectSecretEventRegisterAny",
    deregister: "connectSecretEventDeregisterAny",
  },
  /** Has one event only, which brings all of QEMU's. */
  qemu: {
    program: PROGRAM.qemu,
    register: "connectDomainMonitorEventRegister",
    deregister: "connectDomainMonitorEventDeregister",
  },
} as const satisfies Record<string, { program: number; register: ProcedureName; deregister: ProcedureName }>;

export interface EventDeclaration<M extends Message = Message> {
  readonly from: keyof typeof SOURCES;
  /** Its number among the events of `from`. */
  readonly id: number;
  /** The procedure number its messages carry. */
  readonly number: number;
  readonly message: M;
  /** The first libvirt that has it, where 9.0 has not. */
  readonly since?: string;
}

const callbackID = int;
const declare =
  (from: EventDeclaration["from"]) =>
  <M extends Message>(id: number, number: number, message: M, since?: string): EventDeclaration<M> => ({
    from,
    id,
    number,
    message,
    ...(since ? { since } : {}),
  });
const ofDomain = declare("domain");
const ofNetwork = declare("network");
const ofPool = declare("storagePool");
const ofNodeDevice = declare("nodeDevice");
const ofSecret = declare("secret");
const ofQemu = declare("qemu");

const graphicsAddress = struct({ family: int, node: string, service: string });

export const events = {
  /** `event`: 0 defined, 1 undefined, 2 started, 3 suspended, 4 resumed, 5 stopped, 6 shutdown, 7 suspended by the guest, 8 crashed; `detail` says how. */
  domainLifecycle: ofDomain(0, 318, struct({ callbackID, dom: domain, event: int, detail: int })),
  domainReboot: ofDomain(1, 319, struct({ callbackID, dom: domain })),
  /** The guest set its clock: seconds from UTC. */
  domainRtcChange: ofDomain(2, 320, struct({ callbackID, dom: domain, offset: hyper })),
  domainWatchdog: ofDomain(3, 321, struct({ callbackID, dom: domain, action: int })),
  /** Somebody looks at the screen. `phase`: 0 connected, 1 authenticated, 2 gone. */
  domainGraphics: ofDomain(
    5,
    323,
    struct({
      callbackID,
      dom: domain,
      phase: int,
      local: graphicsAddress,
      remote: graphicsAddress,
      authScheme: string,
      subject: list(struct({ type: string, name: string }), 20),
    }),
  ),
  domainIoError: ofDomain(
    6,
    324,
    struct({ callbackID, dom: domain, srcPath: string, devAlias: string, action: int, reason: string }),
  ),
  domainControlError: ofDomain(7, 325, struct({ callbackID, dom: domain })),
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
  domainPmWakeup: ofDomain(11, 329, struct({ callbackID, reason: int, dom: domain })),
  domainPmSuspend: ofDomain(12, 330, struct({ callbackID, reason: int, dom: domain })),
  /** The memory the guest has now, in KiB. */
  domainBalloonChange: ofDomain(13, 331, struct({ callbackID, dom: domain, actual: uhyper })),
  domainPmSuspendDisk: ofDomain(14, 332, struct({ callbackID, reason: int, dom: domain })),
  domainDeviceRemoved: ofDomain(15, 333, struct({ callbackID, dom: domain, devAlias: string })),
  /** `dst` is the disk's target. (An older form of the event brings its path.) */
  domainBlockJob: ofDomain(16, 339, struct({ callbackID, dom: domain, dst: string, type: int, status: int })),
  domainTunable: ofDomain(17, 346, struct({ callbackID, dom: domain, params: list(parameter, 2048) })),
  /** `state`: 1 connected, 2 disconnected. */
  domainAgentLifecycle: ofDomain(18, 348, struct({ callbackID, dom: domain, state: int, reason: int })),
  domainDeviceAdded: ofDomain(19, 354, struct({ callbackID, dom: domain, devAlias: string })),
  /** How many times all memory has been sent. */
  domainMigrationIteration: ofDomain(20, 359, struct({ callbackID, dom: domain, iteration: int })),
  domainJobCompleted: ofDomain(21, 363, struct({ callbackID, dom: domain, params: list(parameter, 64) })),
  domainDeviceRemovalFailed: ofDomain(22, 367, struct({ callbackID, dom: domain, devAlias: string })),
  domainMetadataChange: ofDomain(23, 379, struct({ callbackID, dom: domain, type: int, nsuri: optional(string) })),
  domainBlockThreshold: ofDomain(
    24,
    385,
    struct({ callbackID, dom: domain, dev: string, path: optional(string), threshold: uhyper, excess: uhyper }),
  ),
  /** `recipient`: 0 the hypervisor, 1 the guest; `action`: 0 ignored, 1 injected, 2 fatal, 3 reset. */
  domainMemoryFailure: ofDomain(25, 423, struct({ callbackID, dom: domain, recipient: int, action: int, flags: uint })),
  domainMemoryDeviceSizeChange: ofDomain(26, 438, struct({ callbackID, dom: domain, alias: string, size: uhyper })),
  domainNicMacChange: ofDomain(
    27,
    453,
    struct({ callbackID, dom: domain, alias: string, oldMAC: string, newMAC: string }),
    "11.2.0",
  ),

  /** `event`: 0 defined, 1 undefined, 2 started, 3 stopped. */
  networkLifecycle: ofNetwork(0, 315, struct({ callbackID, net: network, event: int, detail: int })),
  networkMetadataChange: ofNetwork(
    1,
    446,
    struct({ callbackID, net: network, type: int, nsuri: optional(string) }),
    "9.8.0",
  ),

  /** `event`: 0 defined, 1 undefined, 2 started, 3 stopped, 4 created, 5 deleted. */
  storagePoolLifecycle: ofPool(0, 370, struct({ callbackID, pool, event: int, detail: int })),
  storagePoolRefresh: ofPool(1, 373, struct({ callbackID, pool })),

  /** `event`: 0 created, 1 deleted, 2 defined, 3 undefined. */
  nodeDeviceLifecycle: ofNodeDevice(0, 376, struct({ callbackID, dev: device, event: int, detail: int })),
  nodeDeviceUpdate: ofNodeDevice(1, 377, struct({ callbackID, dev: device })),

  /** `event`: 0 defined, 1 undefined. */
  secretLifecycle: ofSecret(0, 382, struct({ callbackID, secret, event: int, detail: int })),
  secretValueChanged: ofSecret(1, 383, struct({ callbackID, secret })),

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
