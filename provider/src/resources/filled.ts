/**
 * What libvirt fills in where nobody says it, as far as that depends on the value: a screen on port -1 is nobody's wish, one on 5901
 * is. Elsewhere the declaration's `filled` says it. Named by element type and property.
 */
import { isDeepStrictEqual } from "node:util";
import { bytes, type Depends, type Filled } from "../vocabulary";
import { standsElsewhere } from "./driveAddress";
import { at, isLoose, items } from "./values";

const is =
  (...words: readonly unknown[]): Filled =>
  (value) =>
    words.some((word) => isDeepStrictEqual(value, word));
/** Libvirt completes it, but another libvirt, or the same at another time, would complete it otherwise. */
const never: Filled = () => false;
const always: Filled = () => true;
const matches =
  (pattern: RegExp): Filled =>
  (value) =>
    typeof value === "string" && pattern.test(value);

const address: Filled = (_, device) => !standsElsewhere(device);
/** Every device has one. A controller's is where its bus begins. */
const devices = ["Disk", "Controller", "Filesystem", "Interface", "Smartcard", "Serial", "Parallel", "Console"].concat(
  ["Channel", "Input", "Tpm", "Sound", "Video", "Hostdev", "Redirdev", "Hub", "Watchdog", "Memballoon"],
  ["Rng", "Shmem", "MemoryDevice", "Panic", "Iommu", "Vsock", "CryptoDevice", "Pstore", "NvramDevice"],
);
const addresses: Depends = Object.fromEntries(devices.map((name) => [name, { address }]));

/** Buses that libvirt makes with the machine, or as soon as a device needs one, as long as nothing more is said of them. */
const ownControllers: Readonly<Record<string, readonly string[]>> = {
  pci: ["pci-root", "pcie-root", "pcie-root-port", "pcie-to-pci-bridge", "dmi-to-pci-bridge"],
  usb: ["qemu-xhci", "piix3-uhci"],
  scsi: ["lsilogic"],
};
const bareBuses = ["sata", "ide", "fdc", "virtio-serial", "ccid"];
const controller: Filled = (value) => {
  if (!isLoose(value)) return false;
  const { type, index, model, ...more } = value;
  if (Object.keys(more).length > 0) return false;
  if (type !== "pci" && index !== 0) return false;
  return model === undefined
    ? bareBuses.includes(String(type))
    : !!ownControllers[String(type)]?.includes(String(model));
};

const sameSize: Filled = (value, { memory }) => bytes(String(value)) === bytes(String(memory));
/** The first serial port a second time. */
const firstSerial: Filled = (value, domain) => at(value, "target") === undefined && items(domain, "serials").length > 0;
const counted: Filled = (value, { iothreads }) =>
  isLoose(value) && Object.keys(value).join() === "id" && Number(value["id"]) <= Number(iothreads);
const unnamedCpu: Filled = (value) =>
  isDeepStrictEqual(value, {
    mode: "custom",
    match: "exact",
    check: "none",
    model: { value: "qemu64", fallback: "forbid" },
  }) || isDeepStrictEqual(value, { mode: "custom", check: "none", model: { value: "qemu64", fallback: "forbid" } });
const foundFirmware: Filled = (_, { firmware }) => firmware !== undefined;

/** Where a chain stands that says nothing of it. */
function chainPriority(chain: unknown): number {
  const [, kind = "root"] = /^(mac|vlan|ipv4|ipv6|arp|rarp)/.exec(String(chain)) ?? [];
  return { root: 0, mac: -800, vlan: -750, ipv4: -700, ipv6: -600, arp: -500, rarp: -400 }[kind] ?? 0;
}

export const depends: Depends = {
  ...addresses,
  DomainDefinition: {
    emulator: matches(/^\/usr\/(bin|libexec)\/(qemu-system-\w+|qemu-kvm|kvm)$/),
    controllers: controller,
    currentMemory: sameSize,
    placement: is("static"),
    iothreadids: counted,
    onPoweroff: is("destroy"),
    onReboot: is("restart"),
    onCrash: is("destroy"),
    clock: is({ offset: "utc" }),
    cpu: unnamedCpu,
    inputs: is({ type: "mouse" }, { type: "keyboard" }),
    consoles: firstSerial,
    audios: is({ type: "none" }, { type: "spice" }),
    videos: is({ model: { type: "cirrus" } }),
    memballoons: is({ model: "virtio" }),
    watchdogs: is({ model: "itco", action: "reset" }),
    seclabels: (value) => isLoose(value) && value["type"] === "dynamic" && value["baselabel"] === undefined,
  },
  Controller: { address, index: never, model: never },
  ControllerTarget: { busNr: never, index: never },
  Cpu: {
    match: is("exact"),
    check: (value, { mode }) => value === (mode === "host-model" ? "partial" : mode === "custom" ? undefined : "none"),
    migratable: is(true),
  },
  CpuModel: { fallback: is("allow") },
  CpuTopology: { dies: is(1), clusters: is(1) },
  Clock: { basis: is("utc") },
  ResourcePartition: { partition: is("/machine") },
  Os: { arch: never, machine: never, loader: foundFirmware, nvram: foundFirmware, varstore: foundFirmware },
  Loader: { value: never, readonly: never, secure: never, type: never, format: never },
  Nvram: { value: never, template: never, templateFormat: never, format: never },
  Varstore: { path: never, template: never },
  // Sockets of channels, and the terminals of machines that run.
  StreamSource: { path: matches(/^(\/var\/lib|\/run|\/var\/run)\/libvirt\/qemu\/channel\/|^\/dev\/pts\//) },
  MemoryDeviceTarget: { address: always },
  Disk: { address, device: is("disk") },
  Encryption: { engine: is("qemu") },
  Interface: { address, model: is("rtl8139") },
  Filesystem: { address, type: is("mount") },
  Hostdev: { address, mode: is("subsystem"), managed: is(false) },
  Input: { address, bus: (value, { type }) => value === (type === "tablet" ? "usb" : "ps2") },
  Audio: { id: is(1), type: never },
  Tpm: { address, model: is("tpm-tis") },
  TpmBackend: { version: never },
  Pstore: { address, path: matches(/^\/var\/lib\/libvirt\/qemu\//) },
  Panic: { address, model: is("isa") },
  Vsock: { address, model: is("virtio") },
  // Of a console, `serial` is the first serial port's own.
  PortTarget: {
    type: is("isa-serial", "system-serial", "serial"),
    model: is("isa-serial", "pl011"),
    port: is(0),
  },
  Graphics: {
    port: is(-1),
    tlsPort: is(-1),
    // SPICE that nobody gives a port has none.
    autoport: (value, { type, port }) => (value === true ? type === "vnc" : port !== undefined && port !== -1),
    listen: never,
    listens: (value, { listen }) =>
      isLoose(value) && value["type"] === "address" && (value["address"] === undefined || value["address"] === listen),
    defaultMode: is("any"),
    image: never,
  },
  VideoModel: {
    ram: is("65536KiB"),
    vram: is("65536KiB", "16384KiB"),
    vram64: is("0KiB"),
    vgamem: is("16384KiB"),
    heads: is(1),
    primary: is(true),
  },
  NetworkBridge: { name: matches(/^virbr\d+$/), stp: is(true), delay: is(0) },
  NetworkNat: { ports: is({ start: 1024, end: 65535 }) },
  NwFilterDefinition: { chain: is("root"), priority: (value, { chain }) => value === chainPriority(chain) },
  NwFilterRule: { priority: is(500) },
  PoolSource: { name: never, format: is("auto", "unknown") },
  SecretDefinition: { ephemeral: is(false), private: is(false) },
  PoolDefinition: { permissions: is({ mode: "0711", owner: 0, group: 0 }) },
};
