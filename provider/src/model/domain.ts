/** A virtual machine. */
import {
  attr,
  body,
  bool,
  bytes,
  called,
  child,
  element,
  type Fault,
  foreign,
  inside,
  leaf,
  list,
  natural,
  type Of,
  oneOf,
  onOff,
  own,
  positive,
  size,
  sole,
  text,
  yesNo,
} from "../vocabulary";
import { Channel, Console, Parallel, RedirDev, RedirFilter, Serial, SmartCard } from "./character";
import { Clock } from "./clock";
import { userAlias } from "./common";
import { Controller, controllerKeys } from "./controller";
import { Cpu } from "./cpu";
import { Crypto, Hub, Memballoon, NvramDevice, Panic, Pstore, Rng, Shmem, Vsock, Watchdog } from "./devices";
import { Disk, diskKeys, withoutData } from "./disk";
import { Features } from "./features";
import { Filesystem } from "./filesystem";
import { Graphics, Video } from "./graphics";
import { presets } from "./guests";
import { Hostdev, hostdevKeys } from "./hostdev";
import { IdMap } from "./idmap";
import { Input } from "./input";
import { Interface, interfaceKeys } from "./interface";
import { Iommu } from "./iommu";
import { CloudInit, hatch, OnDelete, Shutdown, WaitFor, whereabouts } from "./lifecycle";
import { MemoryDevice } from "./memory";
import { objectName, ownNamespace, uuid, uuidOrEmpty } from "./names";
import { namespaces } from "./namespaces";
import { Os } from "./os";
import { Keywrap, LaunchSecurity, SecLabel, SysInfo } from "./security";
import { Audio, Sound } from "./sound";
import { throttleGroups } from "./throttle";
import { Tpm } from "./tpm";
import {
  Blkiotune,
  Cputune,
  DefaultIothread,
  HotplugMemory,
  Iothread,
  MemoryBacking,
  Memtune,
  Numatune,
  Vcpu,
} from "./tuning";

const byAlias = (device: { alias?: string }): string | undefined => userAlias(device.alias);
const actions = ["destroy", "restart", "preserve", "rename-restart"] as const;
const action = oneOf(...actions);
const crashAction = oneOf(...actions, "coredump-destroy", "coredump-restart", "preserve-running");

const perfEvents = oneOf(
  "cmt",
  "mbmt",
  "mbml",
  "cpu_cycles",
  "instructions",
  "cache_references",
  "cache_misses",
  "branch_instructions",
  "branch_misses",
  "bus_cycles",
  "stalled_cycles_frontend",
  "stalled_cycles_backend",
  "ref_cpu_cycles",
  "cpu_clock",
  "task_clock",
  "page_faults",
  "page_faults_min",
  "page_faults_maj",
  "context_switches",
  "cpu_migrations",
  "alignment_faults",
  "emulation_faults",
);
const devices = inside("devices", {
  emulator: leaf(text, "Path of QEMU on the host; libvirt knows it.", { filled: true }),
  disks: list(child(Disk), diskKeys, { lands: "plug", doc: "Disks and drives." }),
  controllers: list(child(Controller), controllerKeys, {
    filled: true,
    once: "controller",
    doc: "Buses of the guest. Libvirt adds those that devices need.",
  }),
  leases: list(
    child(
      element("lease", "A lease of a lock manager.", {
        lockspace: leaf(text, "Its lock space."),
        key: leaf(text, "Its key."),
        target: child(
          element(
            "target",
            "The lease's file.",
            { path: attr(text, "Its path."), offset: attr(text, "Offset in it.") },
            { named: "LeaseTarget" },
          ),
        ),
      }),
    ),
    (l) => `${l.lockspace}/${l.key}`,
    { lands: "plug" },
  ),
  filesystems: list(child(Filesystem), [byAlias, (f) => f.target], {
    doc: "Directories of the host that the guest sees.",
  }),
  interfaces: list(child(Interface), interfaceKeys, { lands: "plug", doc: "Network cards." }),
  smartcards: list(child(SmartCard), byAlias, { doc: "Smart card readers." }),
  serials: list(child(Serial), [byAlias, (s) => s.target?.port], { doc: "Serial ports." }),
  parallels: list(child(Parallel), [byAlias, (p) => p.target?.port], { doc: "Parallel ports." }),
  consoles: list(child(Console), [byAlias, (c) => c.target?.port], {
    filled: true,
    doc: "Consoles. The first serial port is one by itself.",
  }),
  channels: list(child(Channel), [byAlias, (c) => c.target?.name], {
    lands: "plug",
    doc: "Channels between host and guest.",
  }),
  inputs: list(child(Input), [byAlias, (i) => (i.bus ? `${i.type}:${i.bus}` : undefined)], {
    filled: true,
    doc: "Keyboards, mice and tablets.",
  }),
  tpms: list(child(Tpm), byAlias, { doc: "Trusted platform modules." }),
  graphics: list(child(Graphics), (g) => g.type, { doc: "How the screen is shown." }),
  sounds: list(child(Sound), byAlias, { doc: "Sound cards." }),
  audios: list(child(Audio, { since: "6.7.0" }), (a) => a.id, { filled: true, doc: "Where the guest's sound goes." }),
  videos: list(child(Video), byAlias, { doc: "Graphics cards." }),
  hostdevs: list(child(Hostdev), hostdevKeys, { lands: "plug", doc: "Devices of the host, given to the guest." }),
  redirdevs: list(child(RedirDev), byAlias, { lands: "plug", doc: "USB devices that come over a byte stream." }),
  redirfilter: child(RedirFilter),
  hubs: list(child(Hub), byAlias, { doc: "USB hubs." }),
  watchdogs: list(child(Watchdog), [byAlias, (w) => w.model], {
    lands: "plug",
    doc: "Devices that act when the guest hangs.",
  }),
  memballoons: list(child(Memballoon), [], {
    filled: true,
    doc: "The balloon by which the guest gives memory back; at most one.",
  }),
  rngs: list(child(Rng), byAlias, { lands: "plug", doc: "Sources of random numbers beside that of `rng`." }),
  shmems: list(child(Shmem), [byAlias, (s) => s.name], { lands: "plug", doc: "Memory that guests share." }),
  memoryDevices: list(child(MemoryDevice), byAlias, { lands: "plug", doc: "Modules of memory." }),
  panics: list(child(Panic), [byAlias, (p) => p.model], { doc: "By which the guest says that it crashed." }),
  iommus: list(child(Iommu), [], { doc: "The emulated IOMMU; at most one." }),
  cryptos: list(child(Crypto), byAlias, { doc: "Devices that encrypt for the guest." }),
  pstores: list(child(Pstore), [], { doc: "Where the guest's kernel leaves its last words; at most one." }),
  nvrams: list(child(NvramDevice), [], { doc: "Memory that keeps its contents, on POWER; at most one." }),
  vsocks: list(child(Vsock), [], { lands: "plug", doc: "Sockets between host and guest; at most one." }),
});

const xml = {
  type: attr(
    oneOf(
      "kvm",
      "qemu",
      "xen",
      "lxc",
      "hvf",
      "kqemu",
      "phyp",
      "bhyve",
      "openvz",
      "vz",
      "vmware",
      "vbox",
      "test",
      "uml",
      "hyperv",
    ),
    "The hypervisor. `kvm` where the host can, else `qemu`, decided once.",
    { wordsSince: { hvf: "8.1.0" } },
  ),
  id: attr(text, "Libvirt's number of it while it runs.", { reported: true }),
  name: leaf(objectName, "Its name on the host; the resource's name and a suffix if left out.", { lands: "replace" }),
  uuid: leaf(uuid, "Its UUID; made up once if left out.", { lands: "replace" }),
  hwuuid: leaf(uuid, "The UUID that the guest reads; `uuid` if left out.", { since: "11.7.0" }),
  genid: leaf(uuidOrEmpty, "A UUID that changes when the guest's state goes back, for Windows.", { since: "4.4.0" }),
  title: leaf(text, "A short description.", { lands: "setMetadata" }),
  description: leaf(text, "A description for people.", { lands: "setMetadata" }),
  ...inside("metadata", {
    metadata: foreign(
      [ownNamespace],
      "Documents of other programs that the domain carries: an XML element for each URI of a name space.",
      { lands: "setMetadata" },
    ),
  }),
  hotplugMemory: child(HotplugMemory, { as: "maxMemory" }),
  ...inside("memory", {
    memory: body(size("KiB", 1024n), "The guest's memory: `2GiB`. Changes without a restart up to `maxMemory`.", {
      required: true,
      lands: "setMemory",
    }),
    dumpCore: attr(onOff, "Keep it in a core dump."),
  }),
  currentMemory: leaf(size("KiB"), "Memory that the balloon leaves to the guest; `memory` if left out.", {
    lands: "setMemory",
    filled: true,
  }),
  memoryBacking: child(MemoryBacking),
  ...inside("vcpu", {
    vcpus: body(positive, "Virtual CPUs; 1 if left out. Changes without a restart up to `maxVcpus`.", {
      lands: "setVcpus",
    }),
    currentVcpus: attr(positive, "Virtual CPUs that the guest has at the start; `vcpus` if left out.", {
      as: "current",
      lands: "setVcpus",
    }),
    cpuset: attr(text, "Which of the host's CPUs run them: `0-3,^2`."),
    placement: attr(oneOf("static", "auto"), "Who places them.", { filled: true }),
  }),
  ...inside("vcpus", {
    vcpuTopology: list(child(Vcpu), (v) => v.id, { once: "virtual CPU", doc: "Virtual CPUs one by one." }),
  }),
  iothreads: leaf(natural, "Number of I/O threads."),
  ...inside("iothreadids", {
    iothreadids: list(child(Iothread), (t) => t.id, {
      once: "I/O thread",
      filled: true,
      doc: "I/O threads one by one.",
    }),
  }),
  defaultiothread: child(DefaultIothread),
  ...throttleGroups,
  blkiotune: child(Blkiotune),
  memtune: child(Memtune),
  cputune: child(Cputune),
  numatune: child(Numatune),
  resource: child(
    element(
      "resource",
      "Where the guest is in the host's control groups.",
      {
        partition: leaf(text, "Path of the group: `/machine`.", { filled: true }),
        fibrechannel: sole("appid", text, "Id that Fibre Channel frames carry.", { since: "7.7.0" }),
      },
      { named: "ResourcePartition", filled: true },
    ),
  ),
  sysinfos: list(child(SysInfo), (s) => s.type, { doc: "What the guest's SMBIOS and firmware configuration say." }),
  bootloader: leaf(text, "Path of a boot loader on the host; Xen and bhyve."),
  bootloaderArgs: leaf(text, "Its arguments.", { as: "bootloader_args" }),
  os: child(Os),
  features: child(Features),
  cpu: child(Cpu),
  clock: child(Clock),
  onPoweroff: leaf(action, "What happens when the guest shuts down.", { as: "on_poweroff", filled: true }),
  onReboot: leaf(action, "What happens when it restarts.", { as: "on_reboot", filled: true }),
  onCrash: leaf(crashAction, "What happens when it crashes.", {
    as: "on_crash",
    filled: true,
    wordsSince: { "preserve-running": "12.6.0" },
  }),
  onLockfailure: leaf(oneOf("poweroff", "restart", "pause", "ignore"), "What happens when a lock is lost.", {
    as: "on_lockfailure",
  }),
  pm: child(
    element(
      "pm",
      "Which kinds of sleep the firmware offers.",
      {
        suspendToMem: sole("enabled", yesNo, "Sleep.", { as: "suspend-to-mem" }),
        suspendToDisk: sole("enabled", yesNo, "Hibernation.", { as: "suspend-to-disk" }),
      },
      { named: "PowerManagement" },
    ),
  ),
  perf: child(
    element(
      "perf",
      "Performance events that are counted.",
      {
        events: list(
          child(
            element(
              "event",
              "An event.",
              {
                name: attr(perfEvents, "Its name.", {
                  wordsSince: {
                    alignment_faults: "3.2.0",
                    context_switches: "3.2.0",
                    cpu_clock: "3.2.0",
                    cpu_migrations: "3.2.0",
                    emulation_faults: "3.2.0",
                    page_faults: "3.2.0",
                    page_faults_maj: "3.2.0",
                    page_faults_min: "3.2.0",
                    task_clock: "3.2.0",
                  },
                }),
                enabled: attr(yesNo, "Whether it is counted."),
              },
              { named: "PerfEvent" },
            ),
          ),
          (e) => e.name,
        ),
      },
      { named: "PerfEvents" },
    ),
  ),
  idmap: child(IdMap, { only: ["lxc"] }),
  iommufd: child(
    element(
      "iommufd",
      "Whether devices of the host are given by way of iommufd, all of them.",
      {
        enabled: attr(yesNo, "Whether they are."),
        fdgroup: attr(text, "A group of passed file descriptors.", { since: "12.2.0" }),
      },
      { named: "DomainIommufd", since: "12.2.0" },
    ),
  ),
  ...devices,
  seclabels: list(child(SecLabel), (s) => s.model, { filled: true, doc: "Security labels of QEMU's process." }),
  launchSecurity: child(LaunchSecurity, { since: "4.5.0" }),
  keywrap: child(Keywrap),
  ...namespaces,
};

const lifecycle = {
  maxMemory: own(size("KiB", 1024n), "Room to grow without a restart; `memory` is then what the guest has now.", {
    lands: "setMemory",
  }),
  maxVcpus: own(positive, "Room to grow without a restart; `vcpus` are then those that the guest has now.", {
    lands: "setVcpus",
  }),
  powerState: own(
    called(oneOf("running", "stopped", "paused"), {
      running: ["on", "up", "start", "started", "active", "poweredon", "resumed"],
      stopped: ["off", "down", "stop", "shut off", "shutoff", "shutdown", "halted", "inactive", "poweredoff"],
      paused: ["pause", "suspend", "suspended"],
    }),
    "Whether it runs: `running` (default), `stopped` or `paused`. Drift of it is seen and put right.",
    { lands: "power" },
  ),
  autostart: own(bool, "Start it with the host.", { lands: "autostart" }),
  cloudInit: own(child(CloudInit)),
  preset: own(
    oneOf("none", ...presets),
    "What the guest's operating system wants: buses and models that it has drivers for, firmware, TPM, clock, enlightenments. `linux` (default) is virtio throughout; `none` means no defaults at all. Decided once, when the machine is made; each value can be overridden.",
    { lands: "none" },
  ),
  agent: own(bool, "A channel for the QEMU guest agent; on by default.", { lands: "boot" }),
  rng: own(bool, "A virtio source of random numbers, fed from `/dev/urandom`; on by default.", { lands: "boot" }),
  console: own(bool, "A serial console; on by default.", { lands: "boot" }),
  waitFor: own(child(WaitFor)),
  updatePolicy: own(
    called(oneOf("restart", "defer", "fail"), {
      restart: ["reboot", "reset", "immediate", "now"],
      defer: ["wait", "later", "manual"],
      fail: ["error", "refuse"],
    }),
    "What to do with changes that only a cold start brings: `defer` (default) writes them down, lists them in `pendingRestart` and warns; `restart` stops and starts the domain; `fail` is an error before anything is changed.",
    { lands: "none" },
  ),
  shutdown: own(child(Shutdown)),
  onDelete: own(child(OnDelete)),
  host: whereabouts,
  xml: hatch,
};

const ceiling = (value: Readonly<Record<string, unknown>>): Fault[] => {
  const faults: Fault[] = [];
  for (const [now, most] of [
    ["memory", "maxMemory"],
    ["currentMemory", "memory"],
  ] as const) {
    const [a, b] = [value[now], value[most]].map((v) => (typeof v === "string" ? bytes(v) : undefined));
    if (a !== undefined && b !== undefined && a > b)
      faults.push({
        path: [now],
        reason: `is ${String(value[now])}, more than ${most}, which is ${String(value[most])}`,
      });
  }
  for (const [now, most] of [
    ["vcpus", "maxVcpus"],
    ["currentVcpus", "vcpus"],
  ] as const) {
    const [a, b] = [value[now], value[most]];
    if (typeof a === "number" && typeof b === "number" && a > b)
      faults.push({ path: [now], reason: `is ${a}, more than ${most}, which is ${b}` });
  }
  return faults;
};
/** The firmware is told an order of kinds or of devices. */
function mixedOrder(value: Readonly<Record<string, unknown>>): Fault[] {
  const { os } = value;
  if (typeof os !== "object" || os === null || !("boots" in os)) return [];
  return Object.entries(value).flatMap(([list, devices]) =>
    (Array.isArray(devices) ? devices : []).flatMap((device: { boot?: { order?: unknown } }, i) =>
      device?.boot?.order === undefined
        ? []
        : [{ path: [list, i, "boot", "order"], reason: "excludes os.boots: say one of them" }],
    ),
  );
}

export const Domain = element(
  "domain",
  "A virtual machine.",
  { ...xml, ...lifecycle },
  {
    rule: (value) => [...ceiling(value), ...mixedOrder(value), ...withoutData(value)],
    lands: "boot",
    named: "DomainDefinition",
  },
);
export type Domain = Of<typeof Domain>;
