/** Labels, confidential computing, and what the firmware tells the guest of its maker. */
import {
  attr,
  body,
  child,
  element,
  type Facts,
  inside,
  leaf,
  list,
  oneOf,
  onOff,
  sole,
  text,
  yesNo,
} from "../vocabulary";

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
      wordsSince: { "sev-snp": "10.5.0", tdx: "11.6.0", "s390-pv": "7.6.0" },
    }),
    kernelHashes: attr(yesNo, "Measure the kernel too.", { since: "8.0.0" }),
    cbitpos: leaf(text, "Position of the C bit."),
    reducedPhysBits: leaf(text, "Physical address bits that are lost."),
    authorKey: attr(yesNo, "`idAuth` holds the author's key; `sev-snp` only.", { since: "10.5.0" }),
    vcek: attr(yesNo, "Reports are signed with the chip's own key; `sev-snp` only.", { since: "10.5.0" }),
    policy: leaf(text, "What is allowed to be done with the guest, hexadecimal."),
    handle: leaf(text, "Handle of the firmware; `sev` only."),
    guestVisibleWorkarounds: leaf(text, "Workarounds that the guest may know of, base64; `sev-snp` only.", {
      since: "10.5.0",
    }),
    idBlock: leaf(text, "What the guest must measure as, base64; `sev-snp` only.", { since: "10.5.0" }),
    idAuth: leaf(text, "Who says so, base64; `sev-snp` only.", { since: "10.5.0" }),
    hostData: leaf(text, "Data that the guest can have attested, base64; `sev-snp` only.", { since: "10.5.0" }),
    mrConfigId: leaf(text, "Id of the guest's configuration, base64; `tdx` only.", { since: "11.6.0" }),
    mrOwner: leaf(text, "Id of the guest's owner, base64; `tdx` only.", { since: "11.6.0" }),
    mrOwnerConfig: leaf(text, "Id of the owner's configuration, base64; `tdx` only.", { since: "11.6.0" }),
    quoteGenerationService: sole("path", text, "Socket of the host's service that signs reports; `tdx` only.", {
      since: "11.6.0",
    }),
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
const SmbiosEntry = element(
  "entry",
  "An entry.",
  {
    name: attr(
      oneOf(
        "vendor",
        "version",
        "date",
        "release",
        "manufacturer",
        "product",
        "serial",
        "uuid",
        "sku",
        "family",
        "asset",
        "location",
      ),
      "Its name.",
    ),
    value: body(text, "Its value."),
  },
  { named: "SmbiosEntry" },
);
const entries = (doc: string, facts?: Facts) => list(child(SmbiosEntry, facts), (e) => e.name, { doc });
const BaseBoard = element(
  "baseBoard",
  "A board.",
  { entries: entries("Its entries: `manufacturer`, `product`, `version`, `serial`, `asset`, `location`.") },
  { named: "SysInfoBaseBoard" },
);
export const SysInfo = element(
  "sysinfo",
  "What the guest's SMBIOS or firmware configuration says.",
  {
    type: attr(oneOf("smbios", "fwcfg"), "Which of the two.", { required: true, wordsSince: { fwcfg: "6.5.0" } }),
    ...inside("bios", { bios: entries("Of the BIOS: `vendor`, `version`, `date`, `release`.") }),
    ...inside("system", {
      system: entries("Of the computer: `manufacturer`, `product`, `version`, `serial`, `uuid`, `sku`, `family`."),
    }),
    baseBoards: list(child(BaseBoard), [], { as: "baseBoard" }),
    ...inside("chassis", {
      chassis: entries("Of the case: `manufacturer`, `version`, `serial`, `asset`, `sku`.", { since: "4.1.0" }),
    }),
    ...inside("oemStrings", { oemStrings: list(leaf(text, "Strings of the maker.", { as: "entry", since: "4.1.0" })) }),
    entries: list(child(Entry, { since: "6.5.0" }), (e) => e.name, {
      doc: "Of the firmware configuration; `fwcfg` only.",
    }),
  },
  { named: "SysInfo" },
);
const KeyCipher = element(
  "cipher",
  "A kind of key.",
  {
    name: attr(oneOf("aes", "dea"), "Which one."),
    state: attr(onOff, "Whether the guest may wrap such keys."),
  },
  { named: "KeywrapCipher" },
);
export const Keywrap = element(
  "keywrap",
  "Which keys the guest may wrap (s390x); both kinds if left out.",
  { ciphers: list(child(KeyCipher), (c) => c.name) },
  { lands: "boot" },
);
