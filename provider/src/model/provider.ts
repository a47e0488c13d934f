/** The provider's own configuration. */
import { child, element, type Of, own, table, text } from "../vocabulary";

const Ssh = element(
  "ssh",
  "How the host is reached over ssh, beyond what the URI says.",
  {
    user: own(text, "The user on the host; that of the URI if left out."),
    privateKey: own(text, "The private key: its PEM text, or the path of a file.", { secret: true }),
    passphrase: own(text, "The passphrase of the private key.", { secret: true }),
    hostKey: own(text, "The host's public key, as in known_hosts: `ssh-ed25519 AAAA…`. Nothing else is then believed."),
    knownHosts: own(text, "Path of the file of known hosts; `~/.ssh/known_hosts` if left out."),
    agent: own(text, "Path of the ssh agent's socket; that of `SSH_AUTH_SOCK` if left out."),
  },
  { named: "SshOptions" },
);
export const HostOptions = element(
  "host",
  "A host.",
  {
    uri: own(text, "Libvirt's URI of it: `qemu+ssh://root@alpha/system`.", { required: true }),
    ssh: own(child(Ssh)),
  },
  { named: "HostOptions" },
);
export type HostOptions = Of<typeof HostOptions>;

export const configuration = element(
  "provider",
  "The provider's configuration.",
  {
    uri: own(
      text,
      "Libvirt's URI of the one host: `qemu+ssh://root@host/system`. Else that of LIBVIRT_DEFAULT_URI, else `qemu:///system`.",
    ),
    ssh: own(child(Ssh)),
    hosts: table(child(HostOptions), {
      doc: "Several hosts by name, from which `host` of a resource chooses. Must be known before the update.",
    }),
  },
  { named: "Configuration" },
);
