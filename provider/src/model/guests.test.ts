/** `docs/presets.md` is this table for people. `UPDATE_GOLDEN=1` writes it anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "../xml";
import { type Guest, guests, osinfoMetadata, osinfoNamespace } from "./guests";

const page = join(__dirname, "../../../docs/presets.md");

const firmware = ({ firmware: kind, secure }: Guest): string =>
  kind === undefined ? "BIOS" : secure ? "UEFI, Secure Boot" : "UEFI";
const row = ([name, guest]: [string, Guest]): string =>
  [
    `\`${name}\``,
    guest.title,
    guest.disk,
    guest.drive,
    guest.card,
    guest.video,
    firmware(guest),
    guest.tpm ? "2.0" : "",
    guest.clock,
    guest.screen ? "VNC" : "serial console",
  ].join(" | ");
const text = `# Presets

\`preset\` says which operating system a domain is for; what that wants of the machine is filled in where the program is silent. Each value is a default: say
the property and yours counts. It is decided once, when the machine is made, and kept in the state: another preset later, or another version of the provider,
changes no machine. \`preset: none\` fills in nothing; imported machines have it.

| preset | guest | disks | drives | network cards | video | firmware | TPM | clock | screen |
|---|---|---|---|---|---|---|---|---|---|
${Object.entries(guests)
  .map((entry) => `| ${row(entry)} |`)
  .join("\n")}

- Without \`preset\` a machine gets what \`linux\` gets, and nobody is told what its guest is. With one, the domain's metadata name the guest by libosinfo's id, so
  that virt-manager and cockpit-machines show it.
- Windows finds disks and cards on SATA and e1000e without any driver. Where the image has the drivers of virtio-win, say
  \`target: { bus: virtio }\` and \`model: virtio\`: both are faster.
- On KVM, Windows gets the enlightenments of Hyper-V and its clock; other guests get KVM's clock.
- A guest with a BIOS here starts with UEFI too: \`os: { firmware: efi }\`. Where \`os\` says a firmware, a loader or a kernel, nothing is added to it.
- The random number source and the balloon are virtio, so Windows gets neither.
`;

test("the page says what the table says", () => {
  if (process.env["UPDATE_GOLDEN"]) writeFileSync(page, text);
  expect(readFileSync(page, "utf8")).toBe(text);
});

test.each(Object.values(guests))("$title is told to others by a document in libosinfo's name space", (guest) => {
  const { name, children } = parse(osinfoMetadata(guest));
  expect(name).toBe(`{${osinfoNamespace}}libosinfo`);
  expect(children[0]?.attrs).toEqual({ id: guest.osinfo });
});

test("each guest has an id of its own", () => {
  const ids = Object.values(guests).map(({ osinfo }) => osinfo);
  expect(new Set(ids).size).toBe(ids.length);
});
