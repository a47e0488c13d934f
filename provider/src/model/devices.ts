/** The smaller devices. */
import {
  attr,
  body,
  child,
  digits,
  element,
  inside,
  leaf,
  list,
  mark,
  natural,
  oneOf,
  onOff,
  positive,
  size,
  sole,
  text,
  yesNo,
} from "../vocabulary";
import { StreamSource, streamTypes } from "./character";
import { device, VirtioDriver } from "./common";
import { uuid } from "./names";

const virtioModel = oneOf("virtio", "virtio-transitional", "virtio-non-transitional");
const Rate = element(
  "rate",
  "How fast the guest may draw.",
  {
    bytes: attr(natural, "Bytes in a period."),
    period: attr(natural, "Milliseconds of a period; 1000 if left out."),
  },
  { named: "RngRate" },
);
const RngBackend = element(
  "backend",
  "Where the random numbers come from.",
  {
    model: attr(oneOf("random", "egd", "builtin"), "A device of the host, a daemon, or QEMU itself."),
    value: body(text, "Path of the host's device: `/dev/urandom`."),
    type: attr(streamTypes, "How a daemon is reached; `egd` only."),
    source: child(StreamSource),
    protocol: sole("type", oneOf("raw", "telnet", "telnets", "tls"), "What is spoken to it; `egd` only."),
  },
  { named: "RngBackend" },
);
export const Rng = element("rng", "A source of random numbers.", {
  model: attr(virtioModel, "Kind of virtio."),
  rate: child(Rate),
  backend: child(RngBackend),
  driver: child(VirtioDriver),
  ...device,
});

export const Memballoon = element(
  "memballoon",
  "The balloon by which the guest gives memory back; libvirt adds one.",
  {
    model: attr(
      oneOf("virtio", "virtio-transitional", "virtio-non-transitional", "xen", "none"),
      "Kind of balloon; `none` leaves it away.",
    ),
    autodeflate: attr(onOff, "Give memory back to the guest before it runs out."),
    freePageReporting: attr(onOff, "The host takes back what the guest has freed.", { since: "6.9.0" }),
    stats: sole("period", natural, "Seconds between statistics."),
    driver: child(VirtioDriver),
    ...device,
  },
  { filled: true },
);

const InputSource = element(
  "source",
  "The host's device.",
  {
    dev: attr(text, "Path of an event device: `/dev/input/event1`; `evdev` only."),
    evdev: attr(text, "Path of an event device; `passthrough` only."),
    grab: attr(oneOf("all"), "Take all devices at once."),
    repeat: attr(onOff, "Repeat keys."),
    grabToggle: attr(text, "Keys that switch between host and guest."),
  },
  { named: "InputSource" },
);
export const Input = element("input", "A keyboard, mouse or tablet.", {
  type: attr(oneOf("tablet", "mouse", "keyboard", "passthrough", "evdev"), "What it is."),
  bus: attr(oneOf("ps2", "usb", "xen", "parallels", "virtio"), "Its bus.", { filled: true }),
  model: attr(virtioModel, "Kind of virtio."),
  source: child(InputSource),
  driver: child(VirtioDriver),
  ...device,
});

const Bank = element(
  "active_pcr_banks",
  "Registers that a new TPM 2.0 has.",
  {
    sha1: mark("SHA-1."),
    sha256: mark("SHA-256."),
    sha384: mark("SHA-384."),
    sha512: mark("SHA-512."),
  },
  { named: "TpmBanks", since: "7.10.0" },
);
const TpmBackend = element(
  "backend",
  "What stands behind the TPM.",
  {
    type: attr(oneOf("passthrough", "emulator", "external"), "The host's own, swtpm, or a socket."),
    version: attr(oneOf("1.2", "2.0"), "Version of an emulated one.", { filled: true }),
    persistentState: attr(yesNo, "Keep the state of a transient domain.", { as: "persistent_state", since: "7.0.0" }),
    debug: attr(natural, "How much swtpm logs.", { since: "10.2.0" }),
    device: sole("path", text, "The host's device; `passthrough` only."),
    encryption: sole("secret", text, "UUID of the secret that encrypts its state.", { since: "5.6.0" }),
    activePcrBanks: child(Bank),
    source: child(StreamSource),
    profile: sole("name", text, "Profile of a new TPM 2.0.", { since: "10.10.0" }),
  },
  { named: "TpmBackend" },
);
export const Tpm = element("tpm", "A trusted platform module.", {
  model: attr(oneOf("tpm-tis", "tpm-crb", "tpm-spapr", "spapr-tpm-proxy"), "What the guest sees.", { filled: true }),
  backend: child(TpmBackend),
  ...device,
});

export const Watchdog = element("watchdog", "A device that acts when the guest hangs.", {
  model: attr(oneOf("i6300esb", "ib700", "diag288", "itco"), "The emulated hardware; q35 has `itco` by itself.", {
    wordsSince: { itco: "9.1.0" },
  }),
  action: attr(
    oneOf("reset", "shutdown", "poweroff", "pause", "none", "dump", "inject-nmi"),
    "What happens when the timer runs out.",
  ),
  ...device,
});

const AudioSide = element(
  "input",
  "One direction of sound.",
  {
    mixingEngine: attr(yesNo, "Mix in QEMU."),
    fixedSettings: attr(yesNo, "Only these settings."),
    voices: attr(natural, "Voices."),
    bufferLength: attr(natural, "Microseconds of the buffer."),
    dev: attr(text, "The host's device."),
    name: attr(text, "Name at the host's sound server."),
    streamName: attr(text, "Name of the stream."),
    latency: attr(natural, "Microseconds of delay that are wanted."),
  },
  { named: "AudioDirection" },
);
export const Audio = element("audio", "Where the guest's sound goes; libvirt adds one.", {
  id: attr(positive, "Its number.", { filled: true }),
  type: attr(
    oneOf("none", "alsa", "coreaudio", "dbus", "jack", "oss", "pipewire", "pulseaudio", "sdl", "spice", "file"),
    "The back end.",
    { filled: true, wordsSince: { pipewire: "9.10.0" } },
  ),
  timerPeriod: attr(natural, "Microseconds between two looks."),
  path: attr(text, "File to write; `file` only."),
  driver: attr(text, "Driver of SDL."),
  serverName: attr(text, "The host's sound server."),
  runtimeDir: attr(text, "Run-time directory of PipeWire.", { since: "9.10.0" }),
  input: child(AudioSide, { doc: "What the guest records." }),
  output: child(AudioSide, { as: "output", doc: "What the guest plays." }),
});
export const Sound = element("sound", "A sound card.", {
  model: attr(oneOf("sb16", "es1370", "pcspk", "ac97", "ich6", "ich9", "usb", "ich7", "virtio"), "The emulated card.", {
    wordsSince: { virtio: "10.4.0" },
  }),
  codecs: list(sole("type", oneOf("duplex", "micro", "output"), "Codecs; ICH only.", { as: "codec" })),
  audio: sole("id", positive, "The audio back end.", { since: "7.2.0" }),
  ...device,
});

export const Panic = element("panic", "By which the guest says that it crashed.", {
  model: attr(oneOf("isa", "pseries", "hyperv", "s390", "pvpanic"), "The emulated device.", {
    filled: true,
    wordsSince: { pvpanic: "9.1.0" },
  }),
  ...device,
});
export const Hub = element("hub", "A USB hub.", { type: attr(oneOf("usb"), "Always `usb`."), ...device });
const Cid = element(
  "cid",
  "The guest's address.",
  {
    auto: attr(yesNo, "Libvirt chooses at each start."),
    address: attr(text, "The address, from 3 on."),
  },
  { named: "VsockCid" },
);
export const Vsock = element(
  "vsock",
  "Sockets between host and guest.",
  {
    model: attr(virtioModel, "Kind of virtio.", { filled: true }),
    cid: child(Cid),
    driver: child(VirtioDriver),
    ...device,
  },
  { since: "4.4.0" },
);

const ShmemServer = sole("path", text, "Socket of an ivshmem server.");
export const Shmem = element("shmem", "Memory that guests share.", {
  name: attr(text, "Its name."),
  role: attr(oneOf("master", "peer"), "Whether it migrates with the guest.", { since: "6.6.0" }),
  model: sole("type", oneOf("ivshmem", "ivshmem-plain", "ivshmem-doorbell"), "The emulated device."),
  size: leaf(size("b"), "How much."),
  server: ShmemServer,
  msi: child(
    element(
      "msi",
      "Interrupts.",
      {
        ioeventfd: attr(onOff, "Notify QEMU through an eventfd."),
        vectors: attr(positive, "Number of vectors."),
      },
      { named: "ShmemMsi" },
    ),
  ),
  ...device,
});
const IommuDriver = element(
  "driver",
  "Options of the IOMMU.",
  {
    intremap: attr(onOff, "Remap interrupts.", { since: "3.4.0" }),
    cachingMode: attr(onOff, "Caching mode, for assigned devices.", { as: "caching_mode", since: "3.4.0" }),
    eim: attr(onOff, "Extended interrupts.", { since: "3.4.0" }),
    iotlb: attr(onOff, "A cache of translations.", { since: "3.5.0" }),
    awBits: attr(positive, "Bits of an address.", { as: "aw_bits", since: "6.5.0" }),
    dmaTranslation: attr(onOff, "Translate DMA.", { as: "dma_translation", since: "10.7.0" }),
  },
  { named: "IommuDriver" },
);
export const Iommu = element(
  "iommu",
  "An emulated IOMMU.",
  {
    model: attr(oneOf("intel", "amd", "smmuv3", "virtio"), "Whose.", { wordsSince: { amd: "11.5.0" } }),
    driver: child(IommuDriver),
    ...device,
  },
  { since: "2.1.0" },
);

const MemorySource = element(
  "source",
  "Where the module's memory comes from.",
  {
    pagesize: leaf(size("KiB"), "Size of the host's pages."),
    nodemask: leaf(text, "Nodes of the host: `0-1`."),
    path: leaf(text, "Path of an NVDIMM's file or device."),
    alignsize: leaf(size("KiB"), "Alignment.", { since: "5.0.0" }),
    pmem: mark("It is persistent memory.", { since: "5.0.0" }),
  },
  { named: "MemoryDeviceSource" },
);
const MemoryTarget = element(
  "target",
  "What the guest sees.",
  {
    size: leaf(size("KiB", 1n), "How much."),
    node: leaf(natural, "The guest's NUMA node."),
    block: leaf(size("KiB"), "Size of a block; virtio-mem only."),
    requested: leaf(size("KiB"), "How much the guest shall have; virtio-mem only."),
    current: leaf(size("KiB"), "How much it has; virtio-mem only.", { reported: true }),
    ...inside("label", { labelSize: leaf(size("KiB"), "Size of an NVDIMM's label.", { as: "size" }) }),
    readonly: mark("The guest cannot write.", { since: "5.0.0" }),
    address: child(
      element(
        "address",
        "Where the guest sees it.",
        { base: attr(digits, "The first byte, hexadecimal.") },
        { named: "MemoryAddress", since: "9.4.0", filled: true },
      ),
    ),
  },
  { named: "MemoryDeviceTarget" },
);
export const MemoryDevice = element(
  "memory",
  "A module of memory.",
  {
    model: attr(oneOf("dimm", "nvdimm", "virtio-pmem", "virtio-mem", "sgx-epc"), "Its kind."),
    access: attr(oneOf("shared", "private"), "Whether other processes of the host see it."),
    discard: attr(yesNo, "Drop the contents on shutdown.", { since: "4.4.0" }),
    uuid: leaf(uuid, "UUID of an NVDIMM.", { since: "6.2.0" }),
    source: child(MemorySource),
    target: child(MemoryTarget),
    ...device,
  },
  { named: "MemoryDevice" },
);
