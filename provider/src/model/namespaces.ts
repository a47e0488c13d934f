/** What is said only to one driver, each in a name space of its own. */
import { attr, child, element, group, leaf, list, oneOf, sole, text } from "../vocabulary";

const space = (driver: string, name: string): string => `{http://libvirt.org/schemas/domain/${driver}/1.0}${name}`;
const qemu = (name: string): string => space("qemu", name);

const Env = element(
  qemu("env"),
  "A variable of QEMU's environment.",
  { name: attr(text, "Its name."), value: attr(text, "Its value.") },
  { named: "QemuEnv" },
);
const QemuCommandline = element(
  qemu("commandline"),
  "What libvirt hands to QEMU unseen. It is not supported by libvirt.",
  {
    args: list(sole("value", text, "Arguments that are added to QEMU's command line.", { as: qemu("arg") })),
    env: list(child(Env), (e) => e.name),
  },
  { named: "QemuCommandline" },
);
const Capabilities = element(
  qemu("capabilities"),
  "What QEMU can do, where libvirt sees it wrong.",
  {
    add: list(sole("capability", text, "What libvirt shall believe it can.", { as: qemu("add") })),
    del: list(sole("capability", text, "What libvirt shall believe it cannot.", { as: qemu("del") })),
  },
  { named: "QemuCapabilities" },
);
const Property = element(
  qemu("property"),
  "A property of QEMU's device.",
  {
    name: attr(text, "Its name in QEMU."),
    type: attr(oneOf("string", "signed", "unsigned", "bool", "remove"), "Its kind; `remove` takes it out."),
    value: attr(text, "Its value."),
  },
  { named: "QemuProperty" },
);
const Frontend = element(
  qemu("frontend"),
  "What the guest sees of it.",
  { properties: list(child(Property), (p) => p.name) },
  { named: "QemuFrontend" },
);
const Device = element(
  qemu("device"),
  "A device, of which QEMU's properties are changed.",
  { alias: attr(text, "Its alias."), frontend: child(Frontend) },
  { named: "QemuDeviceOverride" },
);
const Override = element(
  qemu("override"),
  "Devices of which QEMU's properties are changed. It is not supported by libvirt.",
  { devices: list(child(Device), (d) => d.alias) },
  { named: "QemuOverride", since: "8.2.0" },
);
const Qemu = element(
  "qemu",
  "What is said only to QEMU.",
  {
    commandline: child(QemuCommandline),
    capabilities: child(Capabilities, { since: "5.5.0" }),
    deprecation: sole("behavior", oneOf("none", "omit", "reject", "crash"), "What QEMU does with what it calls old.", {
      as: qemu("deprecation"),
      since: "7.3.0",
    }),
    override: child(Override),
  },
  { only: ["qemu"] },
);

const share = (what: string, doc: string, ...types: ("netns" | "name" | "pid")[]) =>
  child(
    element(
      space("lxc", `share${what}`),
      doc,
      {
        type: attr(oneOf(...types), "By what the owner is known: another container, a process, or a named name space."),
        value: attr(text, "Its name or number."),
      },
      { named: `LxcShare${what.charAt(0).toUpperCase()}${what.slice(1)}` },
    ),
  );
const Namespace = element(
  space("lxc", "namespace"),
  "Name spaces of the host's kernel that the container has together with another.",
  {
    sharenet: share("net", "The network.", "netns", "name", "pid"),
    shareipc: share("ipc", "Communication between processes.", "name", "pid"),
    shareuts: share("uts", "The host's name.", "name", "pid"),
  },
  { named: "LxcNamespace" },
);
const Lxc = element("lxc", "What is said only to LXC.", { namespace: child(Namespace) }, { only: ["lxc"] });

const commandline = (driver: string, named: string, doc: string) =>
  child(
    element(
      space(driver, "commandline"),
      doc,
      { args: list(sole("value", text, "Arguments that are added.", { as: space(driver, "arg") })) },
      { named },
    ),
  );
const Bhyve = element(
  "bhyve",
  "What is said only to bhyve.",
  { commandline: commandline("bhyve", "BhyveCommandline", "What libvirt hands to bhyve unseen.") },
  { only: ["bhyve"], since: "4.6.0" },
);
const Xen = element(
  "xen",
  "What is said only to Xen.",
  { commandline: commandline("xen", "XenCommandline", "What libvirt hands to the device model unseen.") },
  { only: ["xen"], since: "6.7.0" },
);
const Vmware = element(
  "vmware",
  "What ESX says of the machine.",
  {
    datacenterpath: leaf(text, "Path of its data centre and folders.", {
      as: space("vmware", "datacenterpath"),
      reported: true,
    }),
  },
  { only: ["esx", "vmware"] },
);

export const namespaces = {
  qemu: group(Qemu),
  lxc: group(Lxc),
  bhyve: group(Bhyve),
  xen: group(Xen),
  vmware: group(Vmware),
};
