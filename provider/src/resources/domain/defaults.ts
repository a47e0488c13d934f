/** What a good administrator would pick where the program says nothing. */
import { type Guest, guestOf, guests, osinfoMetadata, osinfoNamespace } from "../../model";
import type { Bag, Value } from "../../plugin/resource";
import { at, items, type Loose } from "../values";

/**
 * Decided in Check, once, at birth, and kept in the inputs: what needs no host to decide. `preset: "none"` means none at all.
 * Headless by intent: a serial console and the guest agent, and a screen only where the program has `graphics` or people work at one.
 */
export function birthDefaults(said: Bag): Bag {
  const guest = guestOf(said["preset"]);
  if (!guest) return {};
  return {
    powerState: "running",
    autostart: false,
    rng: guest.virtio,
    agent: true,
    console: !guest.screen,
    memballoons: [guest.virtio ? { model: "virtio", stats: 10 } : { model: "none" }] as unknown as Value,
    ...(guest.screen ? { graphics: [{ type: "vnc", autoport: true }] as unknown as Value } : {}),
    ...(guest.tpm
      ? { tpms: [{ model: "tpm-crb", backend: { type: "emulator", version: "2.0" } }] as unknown as Value }
      : {}),
    ...firmwareOf(guest, said["os"]),
    // Who says nothing of the guest has said nothing that others could be told.
    ...(said["preset"] === undefined ? {} : { metadata: { [osinfoNamespace]: osinfoMetadata(guest) } }),
  };
}
/** Where the program chooses how the guest starts, nothing is added to it. */
function firmwareOf({ firmware, secure }: Guest, os: unknown): Bag {
  const chosen = at(os, "firmware") ?? at(os, "loader") ?? at(os, "kernel");
  if (firmware === undefined || chosen !== undefined) return {};
  const keys = ["secure-boot", "enrolled-keys"].map((name) => ({ name, enabled: true }));
  return { os: { firmware, ...(secure ? { firmwareFeatures: keys } : {}) } as unknown as Value };
}

/** What the host decides, at create; afterwards it stands in libvirt's own XML and is never decided again. */
export interface HostFacts {
  /** `kvm` where the host has it. */
  readonly type: string;
  /** The host's architecture, unless the program names one. */
  readonly arch: string;
}

const machines: Readonly<Record<string, string>> = {
  x86_64: "q35",
  i686: "q35",
  aarch64: "virt",
  armv7l: "virt",
  riscv64: "virt",
  ppc64: "pseries",
  ppc64le: "pseries",
  s390x: "s390-ccw-virtio",
};
const isX86 = (arch: string): boolean => arch === "x86_64" || arch === "i686";

/** Root ports that stay free for devices that are plugged in later. */
const spare = 14;

/** The domain with what only the host can decide. `bare` is `preset: "none"`: nothing but what libvirt demands. */
export function hostDefaults(value: Loose, facts: HostFacts, bare: boolean): Loose {
  const type = value["type"] ?? facts.type;
  const os = { type: "hvm", ...((value["os"] ?? {}) as Loose) } as Loose;
  if (bare) return { ...value, type, os };
  const arch = String(os["arch"] ?? facts.arch);
  const machine = os["machine"] ?? machines[arch];
  const guest = guestOf(value["preset"]) ?? guests.linux;
  const hypervisor = { arch, kvm: type === "kvm" };
  const whole: Loose = {
    cpu: cpuFor(String(type), arch),
    features: featuresFor(guest, hypervisor),
    clock: clockFor(guest, hypervisor),
    ...value,
    type,
    os: { ...os, arch, ...(machine === undefined ? {} : { machine }) },
  };
  const screened = withScreen(whole, guest);
  return String(machine).includes("q35") ? withControllers(screened) : withScsi(screened);
}

/**
 * KVM: the host's own CPU, which is fastest. Without KVM: all that the emulator can, which new distributions need (RHEL 9
 * and its like refuse to start on qemu64), but for page tables of five levels: each miss would cost a step more in software.
 */
function cpuFor(type: string, arch: string): Loose | undefined {
  if (type === "kvm") return { mode: "host-passthrough" };
  if (isX86(arch)) return { mode: "maximum", features: [{ name: "la57", policy: "disable" }] };
  return arch === "aarch64" ? { mode: "maximum" } : undefined;
}
/** What it is that runs the guest. */
interface Hypervisor {
  readonly arch: string;
  readonly kvm: boolean;
}
function featuresFor({ knows }: Guest, { arch, kvm }: Hypervisor): Loose | undefined {
  if (arch === "aarch64" || arch === "riscv64") return { acpi: true };
  if (!isX86(arch)) return undefined;
  return { acpi: true, apic: true, ...(knows === "hyperv" && kvm ? { hyperv: enlightenments } : {}) };
}
/** Without them Windows spends its time in waiting for locks and in asking for the time. */
const enlightenments: Loose = {
  relaxed: true,
  vapic: true,
  spinlocks: { state: true, retries: 8191 },
  vpindex: true,
  runtime: true,
  synic: true,
  stimer: { state: true },
  frequencies: true,
};

/** A guest that was stopped for a moment catches up; HPET costs and helps nobody. */
const clockFor = ({ clock, knows }: Guest, { arch, kvm }: Hypervisor): Loose => ({
  offset: clock,
  ...(isX86(arch)
    ? {
        timers: [
          { name: "rtc", tickpolicy: "catchup" },
          { name: "pit", tickpolicy: "delay" },
          { name: "hpet", present: false },
          ...(kvm ? [{ name: knows === "kvm" ? "kvmclock" : "hypervclock", present: true }] : []),
        ],
      }
    : {}),
});

/** A screen needs a card, and a pointer that follows the viewer's. */
function withScreen(value: Loose, { video }: Guest): Loose {
  if (items(value, "graphics").length === 0) return value;
  const tablet = [{ type: "tablet", bus: "usb" }];
  return {
    ...value,
    videos: value["videos"] ?? [{ model: { type: video } }],
    inputs: value["inputs"] ?? tablet,
  };
}

const hasController = (value: Loose, type: string): boolean =>
  items(value, "controllers").some((controller) => controller["type"] === type);
const add = (value: Loose, ...controllers: Loose[]): Loose => ({
  ...value,
  controllers: [...items(value, "controllers"), ...controllers],
});

/** Libvirt's own choice for a SCSI disk is a controller of 1994 that no cloud kernel knows. */
export function withScsi(value: Loose): Loose {
  const needed = items(value, "disks").some((disk) => at(disk, "target", "bus") === "scsi");
  return needed && !hasController(value, "scsi") ? add(value, { type: "scsi", index: 0, model: "virtio-scsi" }) : value;
}

/** On q35 a device can be plugged in only where a root port is free, and libvirt leaves one. */
function withControllers(value: Loose): Loose {
  const scsi = withScsi(value);
  const usb = hasController(scsi, "usb") ? scsi : add(scsi, { type: "usb", index: 0, model: "qemu-xhci", ports: 15 });
  if (hasController(usb, "pci")) return usb;
  const ports = Array.from({ length: spare + occupied(usb) }, (_, i) => ({
    type: "pci",
    index: i + 1,
    model: "pcie-root-port",
  }));
  return add(usb, { type: "pci", index: 0, model: "pcie-root" }, ...ports);
}
/** Root ports that the machine's own devices will take. */
function occupied(value: Loose): number {
  const onPci = (disk: Loose): boolean => at(disk, "target", "bus") === "virtio";
  const counted = ["interfaces", "rngs", "memballoons", "hostdevs", "filesystems"].map(
    (list) => items(value, list).length,
  );
  const serial = items(value, "channels").length > 0 ? 1 : 0;
  const controllers = items(value, "controllers").filter(({ type }) => type === "scsi" || type === "usb").length;
  return counted.reduce((sum, n) => sum + n, 0) + items(value, "disks").filter(onPci).length + serial + controllers;
}
