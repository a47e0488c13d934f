/** QEMU's own command line, in libvirt's name space for it. */
import { attr, child, element, list, sole, text } from "../vocabulary";

const space = "http://libvirt.org/schemas/domain/qemu/1.0";
const Env = element(
  `{${space}}env`,
  "A variable of QEMU's environment.",
  {
    name: attr(text, "Its name."),
    value: attr(text, "Its value."),
  },
  { named: "QemuEnv" },
);
const args = list(sole("value", text, "Arguments that are added to QEMU's command line.", { as: `{${space}}arg` }));
export const Commandline = element(
  `{${space}}commandline`,
  "What libvirt hands to QEMU unseen. It is not supported by libvirt.",
  {
    args,
    env: list(child(Env), (e) => e.name),
  },
  { named: "QemuCommandline" },
);
