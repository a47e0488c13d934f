/** What a domain has beside its XML: how the provider treats it. */
import { bool, called, child, element, list, natural, type Of, oneOf, own, positive, text } from "../vocabulary";

export const CloudInit = element(
  "cloudInit",
  "What cloud-init finds on a NoCloud disc.",
  {
    userData: own(
      text,
      "User data, as is: `#cloud-config`, a script, or MIME parts. Make it a secret if it holds one.",
    ),
    metaData: own(text, "Meta data, YAML; `instance-id` and `local-hostname` are added where they are missing."),
    networkConfig: own(text, "Network configuration, YAML, version 1 or 2; DHCP on all cards if left out."),
    vendorData: own(text, "Vendor data, which user data override."),
    instanceId: own(
      text,
      "A new id makes cloud-init run everything again at the next boot; the domain's UUID if left out.",
    ),
    onChange: own(
      oneOf("update", "replace"),
      "What a change of the above does: `update` (default) changes the disc in the drive, of which cloud-init reads at the next boot what `instanceId` lets it; `replace` makes a new machine.",
    ),
  },
  { lands: "seed" },
);
export type CloudInit = Of<typeof CloudInit>;

export const WaitFor = element(
  "waitFor",
  "When creation, or a start, is done.",
  {
    address: own(
      oneOf("any", "ipv4", "ipv6", "none"),
      "Wait for an address of this kind; `any` is any but link-local. `none` if left out.",
    ),
    addressSources: list(
      own(
        oneOf("lease", "arp", "agent"),
        "Where to look for addresses; all of them if left out. The first answer counts.",
      ),
    ),
    agent: own(bool, "Wait until the guest agent answers."),
    cloudInit: own(bool, "Wait until cloud-init is done; its errors are reported."),
    timeout: own(
      positive,
      "Seconds to wait; 300 if left out. A timeout keeps the machine and says what each source answered.",
    ),
  },
  { lands: "none" },
);
export type WaitFor = Of<typeof WaitFor>;

export const Shutdown = element(
  "shutdown",
  "How a running domain is stopped, restarted and deleted.",
  {
    timeout: own(natural, "Seconds that the guest has to shut down before it is forced; 60 if left out."),
    method: own(
      called(oneOf("graceful", "agent", "acpi", "force"), {
        graceful: ["soft", "shutdown"],
        agent: ["guest", "qemu-ga"],
        force: ["destroy", "hard", "kill", "off"],
      }),
      "`graceful` (default) asks the guest agent, then ACPI, then pulls the plug; `agent` and `acpi` ask only there before; `force` pulls it at once.",
    ),
  },
  { lands: "none" },
);
export type Shutdown = Of<typeof Shutdown>;

export const OnDelete = element(
  "onDelete",
  "What goes with the domain when it is deleted. All of it, if left out.",
  {
    nvram: own(bool, "The firmware's variables."),
    tpm: own(bool, "The state of an emulated TPM."),
    snapshots: own(bool, "What libvirt knows of snapshots."),
    checkpoints: own(bool, "What libvirt knows of checkpoints."),
    managedSave: own(bool, "A saved memory image."),
  },
  { lands: "none" },
);

export const XmlEdit = element(
  "edit",
  "A change of the XML by path, for what no property says. One of `set`, `add` and `delete`.",
  {
    set: own(
      text,
      "Path of an attribute (`./devices/disk[1]/driver/@discard_no_unref`), of an element's text, or `…/text()`; gets `value`.",
    ),
    value: own(text, "The value for `set`."),
    add: own(text, "Path of the element into which `xml` goes: `./devices`."),
    xml: own(text, "The element that `add` adds."),
    delete: own(text, "Path of what is taken out."),
  },
  {
    named: "XmlEdit",
    rule: ({ set, add, delete: gone, value, xml }) => {
      const said = [set, add, gone].filter((v) => v !== undefined).length;
      if (said !== 1) return [{ path: [], reason: "must have exactly one of set, add and delete" }];
      if (set !== undefined && value === undefined) return [{ path: ["value"], reason: "is required: what is set" }];
      return add !== undefined && xml === undefined ? [{ path: ["xml"], reason: "is required: what is added" }] : [];
    },
  },
);
/** What lies on one host cannot follow a changed word to another. */
export const whereabouts = own(
  text,
  "The host, by its key in the provider's `hosts`; needed where there are several. An object stays on its host.",
  { lands: "never" },
);
/** The escape hatch, which every resource with XML has. */
export const hatch = own(
  list(child(XmlEdit), [], {
    doc: "Changes of the XML by path, applied last, for what a newer libvirt brings or no property says.",
  }),
  { lands: "boot" },
);
