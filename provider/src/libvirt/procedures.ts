/**
 * libvirt's remote procedures as data. Numbers, structures and names are those of its protocol
 * (`src/remote/remote_protocol.x` and `qemu_protocol.x`, where nothing ever changes once released), in camelCase.
 *
 * In JavaScript:
 * - a UUID is text with dashes, in lower case;
 * - everything of 64 bits is read as a `bigint`, and written from a `bigint` or a whole number;
 * - what libvirt declares an int but means as a yes or no is a boolean;
 * - `flags` need not be given (0), nor `needResults` (1), nor what may be absent;
 * - of a domain, pool or network that is an argument the UUID is enough, of a volume its pool's name and its own.
 */
import {
  checkpoint,
  device,
  dhcpLease,
  diskError,
  domain,
  domainInterface,
  flags,
  memoryStat,
  needResults,
  network,
  nodeMemoryStat,
  parameter,
  pool,
  port,
  secret,
  snapshot,
  statsRecord,
  volume,
} from "./objects";
import {
  bool,
  chars,
  hyper,
  type InOf,
  int,
  list,
  type OutOf,
  opaque,
  optional,
  string,
  struct,
  type Type,
  uhyper,
  uint,
  uuid,
} from "./xdr";

export const PROGRAM = { remote: 0x20008086, qemu: 0x20008087, keepalive: 0x6b656570 } as const;

export interface Procedure<A = never, R = unknown> {
  /** One of `PROGRAM`. */
  readonly program: number;
  readonly number: number;
  readonly args: Type<unknown, A>;
  readonly ret: Type<R, never>;
  /** It changes nothing: it can be asked again. */
  readonly reads: boolean;
  /** It may take minutes: it copies, formats, or waits for a guest. */
  readonly slow: boolean;
  /** It opens a stream: bytes go `up` to the host or come `down` from it. */
  readonly stream?: "up" | "down";
}

type Codec<A, R> = { readonly args: Type<unknown, A>; readonly ret: Type<R, never> };
const declare = <A, R>(
  number: number,
  { args, ret }: Codec<A, R>,
  facts: { reads?: boolean; slow?: boolean; program?: number; stream?: "up" | "down" },
): Procedure<A, R> => ({
  program: PROGRAM.remote,
  number,
  args,
  ret,
  reads: false,
  slow: false,
  ...facts,
});

const none = struct({});
const qemu = PROGRAM.qemu;
const ask = <A, R>(number: number, args: Type<unknown, A>, ret: Type<R, never>) =>
  declare(number, { args, ret }, { reads: true });
const act = <A, R>(number: number, args: Type<unknown, A>, ret: Type<R, never>, program: number = PROGRAM.remote) =>
  declare(number, { args, ret }, { program });
const long = <A, R>(number: number, args: Type<unknown, A>, ret: Type<R, never>, program: number = PROGRAM.remote) =>
  declare(number, { args, ret }, { slow: true, program });
const send = <A, R>(number: number, args: Type<unknown, A>, ret: Type<R, never>) =>
  declare(number, { args, ret }, { slow: true, stream: "up" });
const receive = <A, R>(number: number, args: Type<unknown, A>, ret: Type<R, never>) =>
  declare(number, { args, ret }, { slow: true, stream: "down" });

export const procedures = {
  // The connection
  connectOpen: ask(1, struct({ name: optional(string), flags }), none),
  connectClose: ask(2, none, none),
  authList: ask(66, none, struct({ types: list(int, 20) })),
  authPolkit: ask(70, none, struct({ complete: bool })),
  connectGetType: ask(3, none, struct({ type: string })),
  connectGetUri: ask(110, none, struct({ uri: string })),
  connectGetHostname: ask(59, none, struct({ hostname: string })),
  connectGetLibVersion: ask(157, none, struct({ libVer: uhyper })),
  connectGetVersion: ask(4, none, struct({ hvVer: uhyper })),
  connectGetCapabilities: ask(7, none, struct({ capabilities: string })),
  connectGetDomainCapabilities: ask(
    342,
    struct({
      emulatorbin: optional(string),
      arch: optional(string),
      machine: optional(string),
      virttype: optional(string),
      flags,
    }),
    struct({ capabilities: string }),
  ),
  connectGetStoragePoolCapabilities: ask(403, struct({ flags }), struct({ capabilities: string })),
  connectSupportsFeature: ask(60, struct({ feature: int }), struct({ supported: bool })),
  connectGetMaxVcpus: ask(5, struct({ type: optional(string) }), struct({ maxVcpus: int })),
  connectGetCpuModelNames: ask(
    312,
    struct({ arch: string, needResults, flags }),
    struct({ models: list(string, 8192), ret: int }),
  ),
  connectBaselineHypervisorCpu: ask(
    394,
    struct({
      emulator: optional(string),
      arch: optional(string),
      machine: optional(string),
      virttype: optional(string),
      xmlCPUs: list(string, 256),
      flags,
    }),
    struct({ cpu: string }),
  ),
  connectFindStoragePoolSources: long(
    75,
    struct({ type: string, srcSpec: optional(string), flags }),
    struct({ xml: string }),
  ),
  connectGetAllDomainStats: ask(
    344,
    struct({ doms: list(domain, 16384), stats: uint, flags }),
    struct({ retStats: list(statsRecord, 16384) }),
  ),

  // The host
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
    struct({ params: list(nodeMemoryStat, 16), nparams: int }),
  ),

  // Domains
  connectListAllDomains: ask(273, struct({ needResults, flags }), struct({ domains: list(domain, 16384), ret: uint })),
  domainLookupByName: ask(23, struct({ name: string }), struct({ dom: domain })),
  domainLookupByUuid: ask(24, struct({ uuid }), struct({ dom: domain })),
  domainGetXmlDesc: ask(14, struct({ dom: domain, flags }), struct({ xml: string })),
  domainDefineXmlFlags: act(350, struct({ xml: string, flags }), struct({ dom: domain })),
  domainCreateXml: act(10, struct({ xmlDesc: string, flags }), struct({ dom: domain })),
  domainCreateWithFlags: act(196, struct({ dom: domain, flags }), struct({ dom: domain })),
  domainShutdownFlags: act(258, struct({ dom: domain, flags }), none),
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
  domainReboot: act(27, struct({ dom: domain, flags }), none),
  domainReset: act(245, struct({ dom: domain, flags }), none),
  domainInjectNmi: act(210, struct({ dom: domain, flags }), none),
  domainRename: act(358, struct({ dom: domain, newName: optional(string), flags }), struct({ retcode: int })),
  domainIsActive: ask(150, struct({ dom: domain }), struct({ active: bool })),
  domainIsPersistent: ask(151, struct({ dom: domain }), struct({ persistent: bool })),
  domainIsUpdated: ask(202, struct({ dom: domain }), struct({ updated: bool })),
  domainSetAutostart: act(29, struct({ dom: domain, autostart: bool }), none),
  domainGetAutostart: ask(15, struct({ dom: domain }), struct({ autostart: bool })),
  domainSetMemoryFlags: act(204, struct({ dom: domain, memory: uhyper, flags }), none),
  domainSetMemoryStatsPeriod: act(308, struct({ dom: domain, period: int, flags }), none),
  domainSetVcpusFlags: act(199, struct({ dom: domain, nvcpus: uint, flags }), none),
  domainGetVcpusFlags: ask(200, struct({ dom: domain, flags }), struct({ num: int })),
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
  domainBlockResize: act(251, struct({ dom: domain, disk: string, size: uhyper, flags }), none),
  domainGetBlockInfo: ask(
    194,
    struct({ dom: domain, path: string, flags }),
    struct({ allocation: uhyper, capacity: uhyper, physical: uhyper }),
  ),
  domainBlockJobAbort: act(237, struct({ dom: domain, path: string, flags }), none),
  domainGetBlockJobInfo: ask(
    238,
    struct({ dom: domain, path: string, flags }),
    struct({ found: bool, type: int, bandwidth: uhyper, cur: uhyper, end: uhyper }),
  ),
  domainInterfaceAddresses: ask(
    353,
    struct({ dom: domain, source: uint, flags }),
    struct({ ifaces: list(domainInterface, 2048) }),
  ),
  domainGetHostname: ask(277, struct({ dom: domain, flags }), struct({ hostname: string })),
  domainGetGuestInfo: ask(418, struct({ dom: domain, types: uint, flags }), struct({ params: list(parameter, 2048) })),
  domainHasManagedSaveImage: ask(183, struct({ dom: domain, flags }), struct({ result: bool })),
  domainManagedSave: long(182, struct({ dom: domain, flags }), none),
  domainManagedSaveRemove: act(184, struct({ dom: domain, flags }), none),
  domainGetMemoryParameters: ask(
    198,
    struct({ dom: domain, nparams: int, flags }),
    struct({ params: list(parameter, 16), nparams: int }),
  ),
  domainSetMemoryParameters: act(197, struct({ dom: domain, params: list(parameter, 16), flags }), none),
  domainMemoryStats: ask(
    159,
    struct({ dom: domain, maxStats: uint, flags }),
    struct({ stats: list(memoryStat, 1024) }),
  ),
  domainGetDiskErrors: ask(
    263,
    struct({ dom: domain, maxerrors: uint, flags }),
    struct({ errors: list(diskError, 256), nerrors: int }),
  ),
  domainGetJobInfo: ask(
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
  domainGetTime: ask(337, struct({ dom: domain, flags }), struct({ seconds: hyper, nseconds: uint })),
  domainSetTime: act(338, struct({ dom: domain, seconds: hyper, nseconds: uint, flags }), none),
  domainOpenConsole: receive(201, struct({ dom: domain, devName: optional(string), flags }), none),
  domainOpenChannel: receive(296, struct({ dom: domain, name: optional(string), flags }), none),
  domainScreenshot: receive(211, struct({ dom: domain, screen: uint, flags }), struct({ mime: optional(string) })),
  domainSendKey: act(
    226,
    struct({ dom: domain, codeset: uint, holdtime: uint, keycodes: list(uint, 16), flags }),
    none,
  ),
  domainListAllSnapshots: ask(
    274,
    struct({ dom: domain, needResults, flags }),
    struct({ snapshots: list(snapshot, 16384), ret: int }),
  ),
  domainSnapshotDelete: long(193, struct({ snap: snapshot, flags }), none),
  domainSnapshotGetXmlDesc: ask(186, struct({ snap: snapshot, flags }), struct({ xml: string })),
  domainListAllCheckpoints: ask(
    413,
    struct({ dom: domain, needResults, flags }),
    struct({ checkpoints: list(checkpoint, 16384), ret: int }),
  ),
  domainCheckpointDelete: act(417, struct({ checkpoint, flags }), none),
  domainSetUserPassword: act(
    357,
    struct({ dom: domain, user: optional(string), password: optional(string), flags }),
    none,
  ),
  domainSetLifecycleAction: act(390, struct({ dom: domain, type: uint, action: uint, flags }), none),
  domainSetBlockIoTune: act(252, struct({ dom: domain, disk: string, params: list(parameter, 32), flags }), none),
  domainSetInterfaceParameters: act(
    256,
    struct({ dom: domain, device: string, params: list(parameter, 16), flags }),
    none,
  ),
  domainAgentSetResponseTimeout: act(420, struct({ dom: domain, timeout: int, flags }), struct({ result: int })),

  // Pools
  connectListAllStoragePools: ask(281, struct({ needResults, flags }), struct({ pools: list(pool, 16384), ret: uint })),
  storagePoolLookupByName: ask(84, struct({ name: string }), struct({ pool })),
  storagePoolLookupByUuid: ask(85, struct({ uuid }), struct({ pool })),
  storagePoolLookupByVolume: ask(86, struct({ vol: volume }), struct({ pool })),
  storagePoolLookupByTargetPath: ask(391, struct({ path: string }), struct({ pool })),
  storagePoolDefineXml: act(77, struct({ xml: string, flags }), struct({ pool })),
  storagePoolCreateXml: long(76, struct({ xml: string, flags }), struct({ pool })),
  storagePoolBuild: long(79, struct({ pool, flags }), none),
  storagePoolCreate: long(78, struct({ pool, flags }), none),
  storagePoolDestroy: act(80, struct({ pool }), none),
  storagePoolDelete: long(81, struct({ pool, flags }), none),
  storagePoolUndefine: act(82, struct({ pool }), none),
  storagePoolRefresh: long(83, struct({ pool, flags }), none),
  storagePoolGetInfo: ask(
    87,
    struct({ pool }),
    struct({ state: uint, capacity: uhyper, allocation: uhyper, available: uhyper }),
  ),
  storagePoolGetXmlDesc: ask(88, struct({ pool, flags }), struct({ xml: string })),
  storagePoolGetAutostart: ask(89, struct({ pool }), struct({ autostart: bool })),
  storagePoolSetAutostart: act(90, struct({ pool, autostart: bool }), none),
  storagePoolIsActive: ask(154, struct({ pool }), struct({ active: bool })),
  storagePoolIsPersistent: ask(155, struct({ pool }), struct({ persistent: bool })),
  storagePoolListAllVolumes: ask(
    282,
    struct({ pool, needResults, flags }),
    struct({ vols: list(volume, 16384), ret: uint }),
  ),

  // Volumes
  storageVolLookupByName: ask(95, struct({ pool, name: string }), struct({ vol: volume })),
  storageVolLookupByPath: ask(97, struct({ path: string }), struct({ vol: volume })),
  storageVolLookupByKey: ask(96, struct({ key: string }), struct({ vol: volume })),
  storageVolCreateXml: long(93, struct({ pool, xml: string, flags }), struct({ vol: volume })),
  storageVolCreateXmlFrom: long(125, struct({ pool, xml: string, clonevol: volume, flags }), struct({ vol: volume })),
  storageVolDelete: long(94, struct({ vol: volume, flags }), none),
  storageVolResize: long(260, struct({ vol: volume, capacity: uhyper, flags }), none),
  storageVolGetInfo: ask(98, struct({ vol: volume }), struct({ type: int, capacity: uhyper, allocation: uhyper })),
  storageVolGetInfoFlags: ask(
    378,
    struct({ vol: volume, flags }),
    struct({ type: int, capacity: uhyper, allocation: uhyper }),
  ),
  storageVolGetXmlDesc: ask(99, struct({ vol: volume, flags }), struct({ xml: string })),
  storageVolGetPath: ask(100, struct({ vol: volume }), struct({ name: string })),
  storageVolUpload: send(208, struct({ vol: volume, offset: uhyper, length: uhyper, flags }), none),
  storageVolDownload: receive(209, struct({ vol: volume, offset: uhyper, length: uhyper, flags }), none),
  storageVolWipe: long(165, struct({ vol: volume, flags }), none),
  storageVolWipePattern: long(259, struct({ vol: volume, algorithm: uint, flags }), none),

  // Networks
  connectListAllNetworks: ask(283, struct({ needResults, flags }), struct({ nets: list(network, 16384), ret: uint })),
  networkLookupByName: ask(46, struct({ name: string }), struct({ net: network })),
  networkLookupByUuid: ask(47, struct({ uuid }), struct({ net: network })),
  networkDefineXml: act(41, struct({ xml: string }), struct({ net: network })),
  networkDefineXmlFlags: act(432, struct({ xml: string, flags }), struct({ net: network })),
  networkCreateXml: act(40, struct({ xml: string }), struct({ net: network })),
  networkCreate: act(39, struct({ net: network }), none),
  networkDestroy: act(42, struct({ net: network }), none),
  networkUndefine: act(49, struct({ net: network }), none),
  networkUpdate: act(
    291,
    struct({ net: network, command: uint, section: uint, parentIndex: int, xml: string, flags }),
    none,
  ),
  networkGetXmlDesc: ask(43, struct({ net: network, flags }), struct({ xml: string })),
  networkGetBridgeName: ask(45, struct({ net: network }), struct({ name: string })),
  networkGetAutostart: ask(44, struct({ net: network }), struct({ autostart: bool })),
  networkSetAutostart: act(48, struct({ net: network, autostart: bool }), none),
  networkIsActive: ask(152, struct({ net: network }), struct({ active: bool })),
  networkIsPersistent: ask(153, struct({ net: network }), struct({ persistent: bool })),
  networkGetDhcpLeases: ask(
    341,
    struct({ net: network, mac: optional(string), needResults, flags }),
    struct({ leases: list(dhcpLease, 65536), ret: uint }),
  ),
  networkListAllPorts: ask(
    404,
    struct({ network, needResults, flags }),
    struct({ ports: list(port, 16384), ret: uint }),
  ),
  networkPortGetXmlDesc: ask(409, struct({ port, flags }), struct({ xml: string })),

  // Secrets
  connectListAllSecrets: ask(287, struct({ needResults, flags }), struct({ secrets: list(secret, 16384), ret: uint })),
  secretLookupByUuid: ask(141, struct({ uuid }), struct({ secret })),
  secretLookupByUsage: ask(147, struct({ usageType: int, usageID: string }), struct({ secret })),
  secretDefineXml: act(142, struct({ xml: string, flags }), struct({ secret })),
  secretGetXmlDesc: ask(143, struct({ secret, flags }), struct({ xml: string })),
  secretSetValue: act(144, struct({ secret, value: opaque(65536), flags }), none),
  secretUndefine: act(146, struct({ secret }), none),

  // Host devices
  connectListAllNodeDevices: ask(
    285,
    struct({ needResults, flags }),
    struct({ devices: list(device, 65536), ret: uint }),
  ),
  nodeDeviceGetXmlDesc: ask(114, struct({ name: string, flags }), struct({ xml: string })),

  // Events: `events.ts` says which there are
  connectDomainEventCallbackRegisterAny: ask(
    316,
    struct({ eventID: int, dom: optional(domain) }),
    struct({ callbackID: int }),
  ),
  connectDomainEventCallbackDeregisterAny: ask(317, struct({ callbackID: int }), none),
  connectNetworkEventRegisterAny: ask(
    313,
    struct({ eventID: int, net: optional(network) }),
    struct({ callbackID: int }),
  ),
  connectNetworkEventDeregisterAny: ask(314, struct({ callbackID: int }), none),
  connectStoragePoolEventRegisterAny: ask(
    368,
    struct({ eventID: int, pool: optional(pool) }),
    struct({ callbackID: int }),
  ),
  connectStoragePoolEventDeregisterAny: ask(369, struct({ callbackID: int }), none),
  connectRegisterCloseCallback: ask(360, none, none),
  connectUnregisterCloseCallback: ask(361, none, none),

  // QEMU's own program
  domainMonitorCommand: act(1, struct({ dom: domain, cmd: string, flags }), struct({ result: string }), qemu),
  domainAgentCommand: long(
    3,
    struct({ dom: domain, cmd: string, timeout: int, flags }),
    struct({ result: optional(string) }),
    qemu,
  ),
  connectDomainMonitorEventRegister: act(
    4,
    struct({ dom: optional(domain), event: optional(string), flags }),
    struct({ callbackID: int }),
    qemu,
  ),
  connectDomainMonitorEventDeregister: act(5, struct({ callbackID: int }), none, qemu),
} as const;

export type ProcedureName = keyof typeof procedures;
/** What a procedure takes. */
export type Arguments<N extends ProcedureName> = InOf<(typeof procedures)[N]["args"]>;
/** What a procedure gives. */
export type Results<N extends ProcedureName> = OutOf<(typeof procedures)[N]["ret"]>;

/** The declaration of that name, with its types tied together (which TypeScript cannot infer through an index). */
export const procedure = <N extends ProcedureName>(name: N): Procedure<Arguments<N>, Results<N>> =>
  procedures[name] as unknown as Procedure<Arguments<N>, Results<N>>;
