/** What resources and functions answer: few properties, flat, and none that the user has said. */
import { bool, child, element, int, list, own, text } from "../vocabulary";
import { uuid as uuidText } from "./names";

const Nic = element(
  "nic",
  "A network card, as it is.",
  {
    name: own(text, "The card's name: the guest's where its agent says it, else the host's end."),
    mac: own(text, "MAC address."),
    addresses: list(own(text, "Its addresses, link-local ones left out.")),
  },
  { named: "Nic" },
);
const Display = element(
  "display",
  "A display, as it is served.",
  {
    type: own(text, "Such as `vnc`."),
    port: own(int, "TCP port on the host; nothing while the domain is off."),
  },
  { named: "Display" },
);
/** Always there once the object is: programs may rely on it without asking. */
const always = { required: true } as const;
const name = own(text, "Its name on the host.", always);
const uuid = own(text, "Its UUID.", always);
const host = own(text, "The host, by its key in the provider's `hosts`, or its URI.", always);

export const DomainOutputs = element("domain", "", {
  name,
  uuid,
  host,
  address: own(text, "The first address that the guest has; IPv4 before IPv6."),
  addresses: list(own(text, "All addresses of the guest, link-local ones left out.", always)),
  nics: own(list(child(Nic), [], { doc: "The guest's network cards with their addresses.", ...always })),
  pendingRestart: list(own(text, "Properties that wait for the next cold start.", always)),
  displays: own(list(child(Display), [], { doc: "Where the guest's screens are served.", ...always })),
  type: own(text, "The hypervisor that runs it, decided when it was made: `kvm`, `qemu`.", always),
  machine: own(text, "Its machine type with the version that its host had when it was made: `pc-q35-7.2`."),
  cpuMode: own(text, "Where its CPU comes from, decided when it was made: `host-passthrough`, `maximum`."),
});
export const VolumeOutputs = element("volume", "", {
  pool: own(text, "The name of its pool.", always),
  name: own(text, "Its name in the pool.", always),
  path: own(text, "Its path on the host.", always),
  capacity: own(text, "Its size in bytes, in digits.", always),
  format: own(text, "Its format.", always),
  host,
});
export const PoolOutputs = element("pool", "", { name, uuid, host, path: own(text, "Its directory on the host.") });
export const NetworkOutputs = element("network", "", { name, uuid, host, bridge: own(text, "The host's bridge.") });
export const NwFilterOutputs = element("filter", "", { name, uuid, host });
export const SecretOutputs = element("secret", "", { uuid, host });

export const GetDomainArgs = element(
  "getDomain",
  "",
  {
    name: own(text, "The domain by name."),
    uuid: own(uuidText, "The domain by UUID."),
    host: own(text, "The host to look on; all hosts if left out."),
  },
  {
    rule: ({ name: byName, uuid: byUuid }) =>
      (byName === undefined) === (byUuid === undefined)
        ? [{ path: ["name"], reason: "or uuid must be given, and not both" }]
        : [],
  },
);
export const GetDomainResult = element("getDomain", "", {
  id: own(text, "Its UUID.", always),
  name,
  uuid,
  host,
  title: own(text, "Its title."),
  description: own(text, "Its description."),
  powerState: own(text, "`running`, `stopped` or `paused`.", always),
  autostart: own(bool, "Whether it starts with the host.", always),
  memory: own(text, "Its memory in bytes, in digits.", always),
  vcpus: own(int, "Its virtual CPUs.", always),
  address: own(text, "The first address that the guest has; IPv4 before IPv6."),
  addresses: list(own(text, "All addresses of the guest, link-local ones left out.", always)),
  nics: own(list(child(Nic), [], { doc: "The guest's network cards with their addresses.", ...always })),
  displays: own(list(child(Display), [], { doc: "Where the guest's screens are served.", ...always })),
});
export const GetHostArgs = element("getHost", "", {
  host: own(text, "The host, by its key in the provider's `hosts`; needed where there are several."),
});
export const GetHostResult = element("getHost", "", {
  name: own(text, "The host's own name.", always),
  uuid: own(text, "The host's UUID.", always),
  uri: own(text, "Libvirt's URI of it, without secrets.", always),
  arch: own(text, "Its architecture: `x86_64`.", always),
  cpuModel: own(text, "Its processor, in libvirt's words."),
  cores: own(int, "Processors that guests can run on.", always),
  memory: own(text, "Its memory in bytes, in digits.", always),
  freeMemory: own(text, "Memory that is free, in bytes, in digits.", always),
  kvm: own(bool, "Whether guests run by KVM.", always),
  libvirtVersion: own(text, "Version of libvirt: `9.0.0`.", always),
  hypervisor: own(text, "The driver: `QEMU`.", always),
  hypervisorVersion: own(text, "Version of the hypervisor: `7.2.0`.", always),
  machine: own(
    text,
    "The machine type of a domain that names none: `pc-i440fx-7.2`. This and what follows is not told to who may only read.",
  ),
  maxVcpus: own(int, "The most virtual CPUs that such a domain can have."),
  firmwares: list(own(text, "What such a domain can say as `os.firmware`: `efi`, `bios`.")),
  cpuModes: list(
    own(text, "What such a domain can say as `cpu.mode`: `host-passthrough`, `host-model`, `maximum`, `custom`."),
  ),
  capabilities: own(text, "Libvirt's whole answer, as XML.", always),
  domainCapabilities: own(text, "What it says such domains can have, as XML."),
});
