/** Labels, confidential computing, and what the firmware tells the guest of its maker. */
import { attr, body, child, element, inside, leaf, list, oneOf, text, yesNo } from "../vocabulary";

export const SecLabel = element(
  "seclabel",
  "A security label of QEMU's process.",
  {
    type: attr(oneOf("dynamic", "static", "none"), "Who makes it."),
    model: attr(text, "The security driver: `selinux`, `apparmor`, `dac`."),
    relabel: attr(yesNo, "Whether libvirt labels the files."),
    label: leaf(text, "The label."),
    imagelabel: leaf(text, "Label of the files.", { reported: true }),
    baselabel: leaf(text, "What a dynamic label is made from."),
  },
  { named: "SecurityLabel" },
);
export const LaunchSecurity = element(
  "launchSecurity",
  "Encrypted memory.",
  {
    type: attr(oneOf("sev", "sev-snp", "s390-pv", "tdx"), "The technology.", {
      wordsSince: { "sev-snp": "10.5.0", tdx: "11.6.0" },
    }),
    kernelHashes: attr(yesNo, "Measure the kernel too.", { since: "8.0.0" }),
    cbitpos: leaf(text, "Position of the C bit."),
    reducedPhysBits: leaf(text, "Physical address bits that are lost."),
    policy: leaf(text, "The guest's policy, hexadecimal."),
    dhCert: leaf(text, "The owner's key, base64."),
    session: leaf(text, "The owner's session, base64."),
  },
  { lands: "boot" },
);
const Entry = element(
  "entry",
  "An entry.",
  {
    name: attr(text, "Its name."),
    value: body(text, "Its value."),
    file: attr(text, "Path on the host of its value."),
  },
  { named: "SysInfoEntry" },
);
const entries = (doc: string) => list({ ...child(Entry), doc }, (e) => e.name);
const BaseBoard = element("baseBoard", "A board.", { entries: entries("Its entries.") }, { named: "SysInfoBaseBoard" });
export const SysInfo = element(
  "sysinfo",
  "What the guest's SMBIOS or firmware configuration says.",
  {
    type: attr(oneOf("smbios", "fwcfg"), "Which of the two.", { required: true }),
    ...inside("bios", { bios: entries("Of the BIOS: `vendor`, `version`, `date`, `release`.") }),
    ...inside("system", {
      system: entries("Of the computer: `manufacturer`, `product`, `version`, `serial`, `uuid`, `sku`, `family`."),
    }),
    baseBoards: list(child(BaseBoard), [], { as: "baseBoard" }),
    ...inside("chassis", { chassis: entries("Of the case.") }),
    ...inside("oemStrings", { oemStrings: list(leaf(text, "Strings of the maker.", { as: "entry" })) }),
    entries: entries("Of the firmware configuration; `fwcfg` only."),
  },
  { named: "SysInfo" },
);
