/** What domains of one emulator, architecture and machine type can have on a host: only read. */
import {
  attr,
  body,
  child,
  element,
  type Facts,
  inside,
  leaf,
  list,
  natural,
  oneOf,
  type Shape,
  size,
  sole,
  text,
  yesNo,
} from "../vocabulary";
import { MaxPhysAddr } from "./cpu";

const Enum = element(
  "enum",
  "A property and what it may be.",
  { name: attr(text, "The property."), values: list(leaf(text, "What it may be.", { as: "value" })) },
  { named: "DomainCapabilityEnum" },
);
const supported = attr(yesNo, "Whether there is any.");
const enums = list(child(Enum), (e) => e.name);
/** A device or feature of which no more is told than what its properties may be. */
const told = (name: string, doc: string, facts?: Facts) =>
  child(element(name, doc, { supported, enums }, { named: "DomainCapability" }), facts);
/** One of which no more is told than whether it is there. */
const there = (name: string, doc: string, facts?: Facts) => sole("supported", yesNo, doc, { as: name, ...facts });

const Loader = element(
  "loader",
  "Firmware by its path.",
  { supported, values: list(leaf(text, "Paths of firmware that the host has.", { as: "value" })), enums },
  { named: "LoaderCapability" },
);
const Os = element("os", "How it boots.", { supported, enums, loader: child(Loader) }, { named: "OsCapability" });
const Model = element(
  "model",
  "A model of processor.",
  {
    name: body(text, "Its name."),
    usable: attr(oneOf("yes", "no", "unknown"), "Whether this host can run it."),
    deprecated: attr(yesNo, "Whether it will go.", { since: "7.1.0" }),
    canonical: attr(text, "The model that it is another name of.", { since: "10.10.0" }),
    vendor: attr(text, "Its maker.", { since: "8.9.0" }),
    fallback: attr(oneOf("allow", "forbid"), "Whether a lesser model would do; `host-model` only."),
    vendorId: attr(text, "Vendor that guests read; `host-model` only.", { as: "vendor_id" }),
  },
  { named: "CpuModelCapability" },
);
const Feature = element(
  "feature",
  "A feature more or less than the model has.",
  {
    name: attr(text, "Its name."),
    policy: attr(oneOf("force", "require", "optional", "disable", "forbid"), "Whether guests get it."),
  },
  { named: "CpuFeatureCapability" },
);
const Blockers = element(
  "blockers",
  "Why a model cannot be used.",
  {
    model: attr(text, "The model."),
    features: list(sole("name", text, "Features that the host lacks.", { as: "feature" })),
  },
  { named: "CpuBlockers", since: "10.9.0" },
);
const Mode = element(
  "mode",
  "What `cpu.mode` can be, and what it means here.",
  {
    name: attr(oneOf("host-passthrough", "maximum", "host-model", "custom"), "The mode.", {
      wordsSince: { maximum: "7.1.0" },
    }),
    supported,
    enums,
    models: list(child(Model), (m) => m.name),
    vendor: leaf(text, "The host's maker; `host-model` only."),
    maxphysaddr: child(MaxPhysAddr, { since: "9.3.0" }),
    features: list(child(Feature), (f) => f.name),
    blockers: list(child(Blockers), (b) => b.model),
  },
  { named: "CpuModeCapability" },
);
const Sev = element(
  "sev",
  "Encrypted memory by AMD.",
  {
    supported,
    cbitpos: leaf(natural, "Position of the C bit."),
    reducedPhysBits: leaf(natural, "Physical address bits that are lost."),
    maxGuests: leaf(natural, "The most guests at once.", { since: "8.0.0" }),
    maxESGuests: leaf(natural, "The most guests at once with encrypted state.", { since: "8.0.0" }),
    cpu0Id: leaf(text, "Identity of the first processor, base64.", { since: "9.1.0" }),
  },
  { named: "SevCapability" },
);
const Section = element(
  "section",
  "Enclave memory of one NUMA node.",
  { node: attr(natural, "The node."), size: attr(size("KiB"), "How much.") },
  { named: "SgxSection" },
);
const Sgx = element(
  "sgx",
  "Enclaves by Intel.",
  {
    supported,
    flc: leaf(yesNo, "Flexible launch control."),
    sgx1: leaf(yesNo, "Version 1."),
    sgx2: leaf(yesNo, "Version 2."),
    sectionSize: leaf(size("KiB"), "Enclave memory of the host.", { as: "section_size" }),
    ...inside("sections", { sections: list(child(Section), (s) => s.node) }),
  },
  { named: "SgxCapability", since: "8.10.0" },
);
const Hyperv = element(
  "hyperv",
  "Enlightenments for Windows.",
  {
    supported,
    enums,
  },
  { named: "HypervCapability" },
);
const devices = {
  disk: told("disk", "Disks."),
  graphics: told("graphics", "Screens."),
  video: told("video", "Video cards."),
  hostdev: told("hostdev", "The host's devices."),
  rng: told("rng", "Sources of random numbers.", { since: "5.7.0" }),
  filesystem: told("filesystem", "The host's directories.", { since: "7.4.0" }),
  tpm: told("tpm", "TPMs.", { since: "8.0.0" }),
  redirdev: told("redirdev", "USB devices of who looks at the screen.", { since: "8.9.0" }),
  channel: told("channel", "Channels.", { since: "8.9.0" }),
  crypto: told("crypto", "Crypto devices.", { since: "9.1.0" }),
  interface: told("interface", "Network cards.", { since: "9.5.0" }),
  panic: told("panic", "Devices that tell of a crash.", { since: "9.7.0" }),
} satisfies Shape;
const features = {
  gic: told("gic", "Interrupt controllers of ARM."),
  vmcoreinfo: there("vmcoreinfo", "A note for crash dumps.", { since: "4.4.0" }),
  genid: there("genid", "An id that changes when the guest's time goes back.", { since: "4.4.0" }),
  backingStoreInput: there("backingStoreInput", "Backing chains can be said.", { since: "5.10.0" }),
  backup: there("backup", "Backups without a stop.", { since: "6.0.0" }),
  asyncTeardown: there("async-teardown", "Memory is given back after the stop.", { since: "9.6.0" }),
  s390Pv: there("s390-pv", "Encrypted memory on s390x.", { since: "7.6.0" }),
  ps2: there("ps2", "PS/2 devices can be left out.", { since: "9.10.0" }),
  tdx: there("tdx", "Encrypted memory by Intel.", { since: "11.6.0" }),
  sev: child(Sev, { since: "4.5.0" }),
  sgx: child(Sgx),
  hyperv: child(Hyperv, { since: "9.0.0" }),
  launchSecurity: told("launchSecurity", "Encrypted memory.", { since: "10.5.0" }),
} satisfies Shape;

export const DomainCapabilities = element(
  "domainCapabilities",
  "What domains of one emulator, architecture and machine type can have on a host.",
  {
    path: leaf(text, "Path of the emulator on the host."),
    domain: leaf(text, "The hypervisor: `kvm`, `qemu`."),
    machine: leaf(text, "The machine type, its full name: `pc-q35-7.2`."),
    arch: leaf(text, "The architecture: `x86_64`."),
    maxVcpus: sole("max", natural, "The most virtual CPUs.", { as: "vcpu" }),
    iothreads: there("iothreads", "I/O threads.", { since: "4.4.0" }),
    os: child(Os),
    ...inside("cpu", { cpuModes: list(child(Mode), (m) => m.name) }),
    memoryBacking: told("memoryBacking", "Where the memory can come from.", { since: "7.6.0" }),
    ...inside("devices", devices),
    ...inside("features", features),
  },
  { named: "DomainCapabilities" },
);
