/** How the guest starts. */
import { attr, body, child, element, inside, leaf, list, natural, oneOf, sole, text, yesNo } from "../vocabulary";
import { containers } from "./common";
import { kinds, kindsSince, Source } from "./source";

export const architectures = oneOf(
  "i686",
  "x86_64",
  "aarch64",
  "alpha",
  "armv6l",
  "armv7l",
  "cris",
  "ia64",
  "lm32",
  "loongarch64",
  "m68k",
  "microblaze",
  "microblazeel",
  "mips",
  "mips64",
  "mips64el",
  "mipsel",
  "openrisc",
  "parisc",
  "parisc64",
  "ppc",
  "ppc64",
  "ppc64le",
  "ppcemb",
  "riscv32",
  "riscv64",
  "s390",
  "s390x",
  "sh4",
  "sh4eb",
  "sparc",
  "sparc64",
  "unicore32",
  "xtensa",
  "xtensaeb",
);
export const architecturesSince = { riscv32: "4.7.0", riscv64: "4.7.0", loongarch64: "10.2.0" };
const Loader = element(
  "loader",
  "The firmware's code.",
  {
    value: body(text, "Path on the host; libvirt finds it where `firmware` is given.", { filled: true }),
    readonly: attr(yesNo, "The guest cannot write it.", { filled: true }),
    secure: attr(yesNo, "Secure Boot: the firmware needs SMM.", { filled: true }),
    stateless: attr(yesNo, "It keeps no variables.", { since: "8.6.0" }),
    type: attr(oneOf("rom", "pflash"), "How the guest sees it.", { filled: true }),
    format: attr(oneOf("raw", "qcow2"), "Format of the file.", { since: "9.2.0", filled: true }),
  },
  { filled: true },
);
const Nvram = element(
  "nvram",
  "Where the firmware keeps its variables.",
  {
    value: body(text, "Path on the host; libvirt makes one.", { filled: true }),
    template: attr(text, "What a new file is copied from.", { filled: true }),
    templateFormat: attr(oneOf("raw", "qcow2"), "Format of the template.", { since: "10.10.0", filled: true }),
    format: attr(oneOf("raw", "qcow2"), "Format of the file.", { since: "9.2.0", filled: true }),
    type: attr(kinds, "What kind of place it is.", { since: "8.5.0", wordsSince: kindsSince }),
    source: child(Source, { since: "8.5.0" }),
  },
  { by: "type", filled: true },
);
const Varstore = element(
  "varstore",
  "A file in which the firmware keeps its variables, where that is no flash.",
  {
    path: attr(text, "Path on the host; libvirt makes one.", { filled: true }),
    template: attr(text, "What a new file is copied from.", { filled: true }),
  },
  { named: "Varstore", since: "12.1.0", filled: true },
);
const InitEnv = element(
  "initenv",
  "A variable of the environment of `init`.",
  { name: attr(text, "Its name."), value: body(text, "Its value.") },
  { named: "InitEnv" },
);
const FirmwareFeature = element(
  "feature",
  "What the firmware must, or must not, have.",
  {
    enabled: attr(yesNo, "Whether it must have it."),
    name: attr(oneOf("enrolled-keys", "secure-boot"), "Microsoft's keys are enrolled; Secure Boot is there."),
  },
  { named: "FirmwareFeature" },
);
const BootMenu = element("bootmenu", "Whether the firmware shows a boot menu.", {
  enable: attr(yesNo, "Show it."),
  timeout: attr(natural, "Milliseconds to wait."),
});
const Bios = element("bios", "What the BIOS does.", {
  useserial: attr(yesNo, "Show its messages on the serial port."),
  rebootTimeout: attr(text, "Milliseconds until a failed boot is tried again; -1 is never."),
});
const AcpiTable = element(
  "table",
  "An ACPI table of the guest.",
  {
    type: attr(
      oneOf("raw", "rawset", "slic", "msdm"),
      "Its kind: one table, several in one file, or a licence of Windows.",
      {
        wordsSince: { raw: "11.2.0", rawset: "11.2.0", msdm: "11.2.0" },
      },
    ),
    value: body(text, "Path on the host."),
  },
  { named: "AcpiTable" },
);

export const Os = element(
  "os",
  "How the guest starts.",
  {
    ...inside("type", {
      type: body(
        oneOf("hvm", "xen", "linux", "xenpvh", "exe"),
        "The kind of virtual machine: `hvm` is a whole computer.",
        { wordsSince: { xenpvh: "4.10.0" } },
      ),
      arch: attr(architectures, "The guest's architecture: `x86_64`, `aarch64`, …", {
        filled: true,
        wordsSince: architecturesSince,
      }),
      machine: attr(text, "The emulated computer: `q35`, `virt`, …; libvirt writes down the version it stands for.", {
        filled: true,
      }),
    }),
    firmware: attr(oneOf("bios", "efi"), "Which firmware libvirt shall find.", { since: "5.2.0" }),
    ...inside("firmware", { firmwareFeatures: list(child(FirmwareFeature), (f) => f.name, { since: "7.2.0" }) }),
    loader: child(Loader),
    nvram: child(Nvram),
    varstore: child(Varstore),
    boots: list(
      sole(
        "dev",
        oneOf("fd", "hd", "cdrom", "network"),
        "Kinds of devices in the order in which the firmware tries them. Excludes `boot` on devices.",
        { as: "boot" },
      ),
    ),
    bootmenu: child(BootMenu),
    smbios: sole("mode", oneOf("emulate", "host", "sysinfo"), "Where the SMBIOS tables come from."),
    bios: child(Bios),
    kernel: leaf(text, "Path of a kernel on the host, started without a boot loader."),
    initrd: leaf(text, "Path of its initial RAM disk on the host."),
    root: leaf(text, "Path of the root file system's device; User-mode Linux only."),
    cmdline: leaf(text, "Arguments of the kernel."),
    shim: leaf(text, "Path of an EFI shim on the host.", { since: "11.2.0" }),
    dtb: leaf(text, "Path of a device tree on the host."),
    ...inside("acpi", { acpiTables: list(child(AcpiTable), (t) => t.type) }),
    init: leaf(text, "The first program of a container.", { only: containers }),
    initargs: list(leaf(text, "Arguments of `init`.", { as: "initarg", only: containers })),
    initenvs: list(child(InitEnv, { since: "3.6.0", only: containers }), (e) => e.name),
    initdir: leaf(text, "Directory in which `init` starts.", { since: "3.6.0", only: containers }),
    inituser: leaf(text, "User as whom `init` starts.", { since: "3.6.0", only: containers }),
    initgroup: leaf(text, "Group as which `init` starts.", { since: "3.6.0", only: containers }),
  },
  { lands: "boot" },
);
