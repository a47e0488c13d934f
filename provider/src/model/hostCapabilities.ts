/** What a host is and has, and what guests it can run: only read. */
import {
  attr,
  body,
  bytes,
  child,
  digits,
  element,
  type Facts,
  inside,
  leaf,
  list,
  mark,
  natural,
  oneOf,
  onOff,
  size,
  sole,
  text,
  yesNo,
} from "../vocabulary";
import { CellCache, interconnects, MaxPhysAddr, Sibling, Topology } from "./cpu";
import { uuid } from "./names";
import { architectures, architecturesSince } from "./os";

const Signature = element(
  "signature",
  "The processor's own numbers.",
  { family: attr(natural, "Family."), model: attr(natural, "Model."), stepping: attr(natural, "Stepping.") },
  { named: "HostCpuSignature" },
);
const Counter = element(
  "counter",
  "A counter that all processors share.",
  {
    name: attr(text, "Its name: `tsc`."),
    frequency: attr(digits, "Ticks a second."),
    scaling: attr(yesNo, "Guests can have another frequency."),
  },
  { named: "HostCpuCounter" },
);
/** However it is spelled. */
const bySize = ({ size: said }: { size?: string }): bigint | undefined =>
  said === undefined ? undefined : bytes(said);
const PageSize = element(
  "pages",
  "Memory can be in pages of this size.",
  { size: attr(size("KiB"), "The size.") },
  { named: "HostPageSize" },
);
const Cpu = element(
  "cpu",
  "The processor.",
  {
    arch: leaf(architectures, "Its architecture: `x86_64`.", { wordsSince: architecturesSince }),
    model: leaf(text, "The nearest model that libvirt has a name for."),
    vendor: leaf(text, "Its maker."),
    microcode: sole("version", digits, "Version of its microcode."),
    signature: child(Signature, { since: "8.5.0" }),
    counters: list(child(Counter), (c) => c.name),
    topology: child(Topology),
    maxphysaddr: child(MaxPhysAddr),
    features: list(sole("name", text, "What it has beside the model.", { as: "feature" })),
    ...inside("features", {
      pae: mark("More than 4 GiB of memory in 32 bits."),
      nonpae: mark("Runs guests without that."),
      vmx: mark("Virtualization by Intel."),
      svm: mark("Virtualization by AMD."),
    }),
    pages: list(child(PageSize), bySize),
  },
  { named: "HostCpu" },
);
const PageCount = element(
  "pages",
  "Pages of one size.",
  { size: attr(size("KiB"), "The size."), count: body(digits, "How many there are.") },
  { named: "HostPages" },
);
const Processor = element(
  "cpu",
  "A processor.",
  {
    id: attr(natural, "Its number."),
    socketId: attr(natural, "Its socket.", { as: "socket_id" }),
    dieId: attr(natural, "Its die.", { as: "die_id", since: "6.1.0" }),
    clusterId: attr(natural, "Its cluster.", { as: "cluster_id", since: "10.1.0" }),
    coreId: attr(natural, "Its core.", { as: "core_id" }),
    siblings: attr(text, "Processors of the same core: `0,4`."),
  },
  { named: "HostProcessor" },
);
const Cell = element(
  "cell",
  "A NUMA node.",
  {
    id: attr(natural, "Its number."),
    memory: leaf(size("KiB"), "Its memory."),
    pages: list(child(PageCount), bySize),
    ...inside("distances", { distances: list(child(Sibling), (s) => s.id) }),
    caches: list(child(CellCache, { since: "7.5.0" }), (c) => c.level),
    ...inside("cpus", {
      cpuCount: attr(natural, "How many processors it has.", { as: "num" }),
      cpus: list(child(Processor), (c) => c.id),
    }),
  },
  { named: "HostNumaCell" },
);
const cacheType = attr(oneOf("both", "code", "data"), "What is kept in it.");
const control = {
  granularity: attr(natural, "The smallest step."),
  min: attr(natural, "The least that can be given."),
};
const maxAllocs = attr(natural, "How many different shares there can be.");
const Control = element(
  "control",
  "How a cache can be shared out.",
  { ...control, unit: attr(text, "The unit of both."), type: cacheType, maxAllocs },
  { named: "HostCacheControl" },
);
const Bank = element(
  "bank",
  "A cache.",
  {
    id: attr(natural, "Its number."),
    level: attr(natural, "Its level."),
    type: cacheType,
    size: attr(size("B"), "Its size."),
    cpus: attr(text, "Processors that share it: `0-7`."),
    controls: list(child(Control, { since: "3.5.0" }), (c) => c.type),
  },
  { named: "HostCache" },
);
const Monitor = element(
  "monitor",
  "What can be measured.",
  {
    level: attr(natural, "The level of cache."),
    reuseThreshold: attr(natural, "Bytes below which a used-up monitor can be used again."),
    maxMonitors: attr(natural, "The most monitors at once."),
    features: list(sole("name", text, "What each measures.", { as: "feature" })),
  },
  { named: "HostResourceMonitor" },
);
const BandwidthControl = element(
  "control",
  "How bandwidth can be shared out.",
  { ...control, maxAllocs },
  { named: "HostBandwidthControl" },
);
const BandwidthNode = element(
  "node",
  "A memory controller.",
  {
    id: attr(natural, "Its number."),
    cpus: attr(text, "Processors that use it."),
    controls: list(child(BandwidthControl)),
  },
  { named: "HostBandwidthNode" },
);
const BaseLabel = element(
  "baselabel",
  "The label that domains of one kind get.",
  { type: attr(text, "The hypervisor."), label: body(text, "The label.") },
  { named: "HostBaseLabel" },
);
const SecModel = element(
  "secmodel",
  "A security driver.",
  {
    model: leaf(text, "Its name: `apparmor`, `dac`."),
    doi: leaf(text, "Domain of interpretation."),
    baselabels: list(child(BaseLabel), (b) => b.type),
  },
  { named: "HostSecurityModel" },
);
const PowerManagement = element(
  "power_management",
  "How the host can sleep.",
  {
    suspendMem: mark("With its memory powered.", { as: "suspend_mem" }),
    suspendDisk: mark("With its memory on the disk.", { as: "suspend_disk" }),
    suspendHybrid: mark("Both at once.", { as: "suspend_hybrid" }),
  },
  { named: "HostPowerManagement" },
);
const Host = element(
  "host",
  "The host.",
  {
    uuid: leaf(uuid, "Its UUID."),
    cpu: child(Cpu),
    powerManagement: child(PowerManagement),
    iommu: sole("support", yesNo, "Whether devices can be given away safely.", { since: "4.5.0" }),
    ...inside("migration_features", {
      liveMigration: mark("Guests can move while they run.", { as: "live" }),
      ...inside("uri_transports", {
        migrationTransports: list(
          leaf(oneOf("vpxmigr", "tcp", "rdma", "vzmigr"), "How they can move.", { as: "uri_transport" }),
        ),
      }),
    }),
    ...inside("topology", {
      ...inside("cells", {
        cellCount: attr(natural, "How many NUMA nodes there are.", { as: "num" }),
        cells: list(child(Cell), (c) => c.id),
      }),
      ...interconnects,
    }),
    ...inside("cache", {
      caches: list(child(Bank, { since: "3.4.0" }), (b) => `${b.level}-${b.type}-${b.id}`),
      cacheMonitor: child(Monitor, { since: "4.8.0" }),
    }),
    ...inside("memory_bandwidth", {
      bandwidthNodes: list(child(BandwidthNode, { since: "4.7.0" }), (n) => n.id),
      bandwidthMonitor: child(Monitor, { since: "4.8.0" }),
    }),
    secmodels: list(child(SecModel), (s) => s.model),
  },
  { named: "HostDescription" },
);

const Machine = element(
  "machine",
  "A machine type.",
  {
    name: body(text, "Its name."),
    canonical: attr(text, "The type that it is another name of."),
    maxCpus: attr(natural, "The most virtual CPUs."),
    deprecated: attr(yesNo, "Whether it will go.", { since: "7.1.0" }),
  },
  { named: "GuestMachine" },
);
const emulation = {
  emulator: leaf(text, "Path of the emulator."),
  machines: list(child(Machine), (m) => m.name),
};
const GuestDomain = element(
  "domain",
  "A hypervisor that can run it.",
  {
    type: attr(oneOf("qemu", "kqemu", "kvm", "xen", "uml", "lxc", "openvz", "test", "hvf"), "Its name.", {
      wordsSince: { hvf: "9.1.0" },
    }),
    ...emulation,
  },
  { named: "GuestDomain" },
);
const Arch = element(
  "arch",
  "An architecture.",
  {
    name: attr(architectures, "Its name.", { wordsSince: architecturesSince }),
    wordsize: leaf(oneOf("31", "32", "64"), "Bits of an address."),
    loader: leaf(text, "Path of the loader."),
    ...emulation,
    domains: list(child(GuestDomain), (d) => d.type),
  },
  { named: "GuestArch" },
);
const toggle = (name: string, doc: string, facts?: Facts) =>
  child(
    element(
      name,
      doc,
      {
        default: attr(onOff, "Whether guests have it if nothing is said."),
        toggle: attr(yesNo, "Whether it can be said."),
      },
      { named: "GuestFeature" },
    ),
    facts,
  );
const Guest = element(
  "guest",
  "A kind of guest.",
  {
    osType: leaf(oneOf("xen", "linux", "hvm", "exe", "uml"), "`hvm` is a whole computer, `exe` a container.", {
      as: "os_type",
    }),
    arch: child(Arch),
    ...inside("features", {
      pae: mark("More than 4 GiB of memory in 32 bits."),
      nonpae: mark("Runs without that."),
      ia64Be: mark("Big-endian Itanium.", { as: "ia64_be" }),
      acpi: toggle("acpi", "ACPI."),
      apic: toggle("apic", "APIC."),
      cpuselection: mark("The processor can be chosen."),
      deviceboot: mark("The boot order can be said of devices."),
      disksnapshot: toggle("disksnapshot", "Snapshots of disks."),
      hap: toggle("hap", "Paging by the processor.", { since: "5.10.0" }),
      externalSnapshot: mark("Snapshots into files can be gone back to and deleted.", { since: "9.9.0" }),
    }),
  },
  { named: "GuestDescription" },
);
export const HostCapabilities = element(
  "capabilities",
  "What a host is and has, and what guests it can run.",
  { host: child(Host), guests: list(child(Guest), (g) => `${g.osType}-${g.arch?.name}`) },
  { named: "HostCapabilities" },
);
