/** What the hypervisor gives the guest beside devices. */
import {
  attr,
  child,
  element,
  type Facts,
  here,
  inside,
  leaf,
  mark,
  natural,
  oneOf,
  onOff,
  size,
  sole,
  text,
} from "../vocabulary";
import { ContainerCapabilities } from "./capabilities";

const state = (doc: string, facts?: Facts) => sole("state", onOff, doc, facts);
/** KVM is QEMU's too. */
const qemu = ["qemu"];
const Spinlocks = element(
  "spinlocks",
  "Tells Windows when to give up a busy lock.",
  {
    state: attr(onOff, "Whether it does."),
    retries: attr(natural, "Tries before giving up; at least 4095."),
  },
  { named: "HypervSpinlocks" },
);
const Stimer = element(
  "stimer",
  "Synthetic timers.",
  {
    state: attr(onOff, "Whether the guest has them."),
    direct: state("Deliver their expiry directly.", { since: "5.7.0" }),
  },
  { named: "HypervStimer" },
);
const VendorId = element(
  "vendor_id",
  "The hypervisor's vendor that the guest reads.",
  {
    state: attr(onOff, "Whether it is set."),
    value: attr(text, "At most 12 characters."),
  },
  { named: "HypervVendorId" },
);
const Tlbflush = element(
  "tlbflush",
  "Paravirtual flushes of the TLB.",
  {
    state: attr(onOff, "Whether the guest has them."),
    direct: state("Direct flushes.", { since: "11.0.0" }),
    extended: state("Flushes of ranges.", { since: "11.0.0" }),
  },
  { named: "HypervTlbflush" },
);
const Hyperv = element("hyperv", "Enlightenments: what makes Windows run well.", {
  mode: attr(oneOf("custom", "passthrough", "host-model"), "Only what is listed, or all that the host has.", {
    since: "8.0.0",
    wordsSince: { "host-model": "11.9.0" },
  }),
  relaxed: state("Relaxed watchdog timeouts."),
  vapic: state("A virtual APIC without exits."),
  spinlocks: child(Spinlocks),
  vpindex: state("Index of the virtual processor."),
  runtime: state("Time that the processor ran."),
  synic: state("Synthetic interrupt controller."),
  stimer: child(Stimer),
  reset: state("Reset by the hypervisor."),
  vendorId: child(VendorId),
  frequencies: state("Frequencies of the clocks.", { since: "4.7.0" }),
  reenlightenment: state("Notice of migration to a host with another clock.", { since: "4.7.0" }),
  tlbflush: child(Tlbflush, { since: "4.7.0" }),
  ipi: state("Paravirtual interrupts between processors.", { since: "4.10.0" }),
  evmcs: state("Enlightened nested VMCS on Intel.", { since: "4.10.0" }),
  avic: state("Hyper-V with hardware APIC virtualization.", { since: "8.10.0" }),
  emsrBitmap: state("Nested MSR bitmaps.", { as: "emsr_bitmap", since: "10.7.0" }),
  xmmInput: state("Hypercall input in XMM registers.", { as: "xmm_input", since: "10.7.0" }),
});
const DirtyRing = element(
  "dirty-ring",
  "Log dirty pages in a ring.",
  {
    state: attr(onOff, "Whether it does."),
    size: attr(natural, "Entries: a power of two from 1024 to 65536."),
  },
  { named: "KvmDirtyRing" },
);
const Kvm = element("kvm", "How KVM shows itself.", {
  hidden: state("Hide KVM from the guest."),
  hintDedicated: state("Tell the guest that its CPUs are never shared.", { as: "hint-dedicated", since: "5.7.0" }),
  pollControl: state("Let the guest control polling on the host.", { as: "poll-control", since: "6.10.0" }),
  pvIpi: state("Paravirtual interrupts between processors.", { as: "pv-ipi", since: "7.10.0" }),
  dirtyRing: child(DirtyRing, { since: "8.0.0" }),
});
const Smm = element("smm", "System management mode, which Secure Boot needs.", {
  state: attr(onOff, "Whether the guest has it."),
  tseg: leaf(size("MiB"), "Extended memory for it.", { since: "4.5.0" }),
});
const Gic = element("gic", "The interrupt controller of ARM.", {
  version: attr(oneOf("2", "3", "host"), "Its version.", { filled: true }),
});
const XenPassthrough = element(
  "passthrough",
  "Whether devices of the host can be given to the guest.",
  {
    state: attr(onOff, "Whether they can."),
    mode: attr(oneOf("sync_pt", "share_pt"), "How the IOMMU's page tables are kept."),
  },
  { named: "XenPassthrough" },
);
const XenFeatures = element(
  "xen",
  "Features of Xen.",
  {
    e820Host: state("Show the host's memory map to a paravirtual guest.", { as: "e820_host", since: "6.3.0" }),
    passthrough: child(XenPassthrough, { since: "6.3.0" }),
  },
  { named: "XenFeatures", only: ["xen"] },
);
export const Features = element(
  "features",
  "What the hypervisor gives the guest beside devices.",
  {
    acpi: mark("Power management, clean shutdown, hotplug. Nearly every guest wants it."),
    ...inside("apic", {
      apic: here("A programmable interrupt controller."),
      apicEoi: attr(onOff, "Whether the guest can end interrupts without an exit.", { as: "eoi" }),
    }),
    pae: mark("Physical addresses beyond 32 bits in 32-bit guests."),
    viridian: mark("Hyper-V extensions of Xen."),
    privnet: mark("A network namespace of its own for a container.", { only: ["lxc"] }),
    hap: state("Hardware-assisted paging."),
    pmu: state("Performance counters."),
    vmport: state("The I/O port of VMware, which Linux probes; off starts faster."),
    vmcoreinfo: state("Place for a crash dump's notes.", { since: "3.10.0", only: qemu }),
    pvspinlock: state("Paravirtual spin locks."),
    hyperv: child(Hyperv),
    xen: child(XenFeatures, { since: "6.3.0" }),
    kvm: child(Kvm, { only: qemu }),
    smm: child(Smm),
    ioapic: sole("driver", oneOf("kvm", "qemu"), "Who emulates the I/O APIC; `qemu` with an IOMMU.", {
      since: "3.4.0",
      only: qemu,
    }),
    gic: child(Gic),
    ...inside("hpt", {
      hpt: attr(oneOf("enabled", "disabled", "required"), "Resizable page tables on POWER.", {
        as: "resizing",
        since: "3.10.0",
        only: qemu,
      }),
      hptMaxPageSize: leaf(size("KiB"), "Largest page of the guest on POWER.", {
        as: "maxpagesize",
        since: "4.5.0",
        only: qemu,
      }),
    }),
    htm: state("Hardware transactional memory on POWER.", { since: "4.6.0", only: qemu }),
    nestedHv: state("Nested virtualization on POWER.", { as: "nested-hv", since: "4.10.0", only: qemu }),
    ccfAssist: state("Count cache flush assist on POWER.", { as: "ccf-assist", since: "5.9.0", only: qemu }),
    ras: state("Report memory errors to ARM guests.", { since: "10.4.0", only: qemu }),
    ps2: state("The PS/2 controller.", { since: "10.7.0", only: qemu }),
    aia: sole("value", oneOf("none", "aplic", "aplic-imsic"), "The interrupt controller of RISC-V.", {
      since: "11.1.0",
    }),
    virtualization: mark("Nested virtualization on ARM.", { since: "12.1.0" }),
    asyncTeardown: sole("enabled", oneOf("yes", "no"), "Free memory after QEMU has ended.", {
      as: "async-teardown",
      since: "9.6.0",
      only: qemu,
    }),
    msrs: sole("unknown", oneOf("ignore", "fault"), "What access to an unknown register does.", {
      since: "5.1.0",
      only: ["bhyve"],
    }),
    cfpc: sole("value", oneOf("broken", "workaround", "fixed"), "Cache flush on privilege change on POWER.", {
      since: "6.3.0",
      only: qemu,
    }),
    sbbc: sole("value", oneOf("broken", "workaround", "fixed"), "Speculation barrier on POWER.", {
      since: "6.3.0",
      only: qemu,
    }),
    ibs: sole(
      "value",
      oneOf("broken", "workaround", "fixed-ibs", "fixed-ccd", "fixed-na"),
      "Indirect branch speculation on POWER.",
      { since: "6.3.0", only: qemu },
    ),
    ...inside("tcg", {
      tbCache: leaf(size("MiB"), "Cache of translated code, without KVM.", {
        as: "tb-cache",
        since: "8.0.0",
        only: qemu,
      }),
    }),
    capabilities: child(ContainerCapabilities),
  },
  { lands: "boot" },
);
