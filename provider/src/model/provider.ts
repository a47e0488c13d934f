/** The provider's own configuration. */
import { bool, child, element, list, type Of, oneOf, own, table, text } from "../vocabulary";
import { port } from "./addresses";

/** How one user is let in on one host. */
const login = {
  user: own(text, "The user on the host; that of the URI, else of `~/.ssh/config`, if left out."),
  port: own(port, "The port of its sshd; that of the URI, else of `~/.ssh/config`, if left out."),
  privateKey: own(text, "The private key: its PEM text, or the path of a file. No other key is offered then.", {
    secret: true,
  }),
  passphrase: own(text, "The passphrase of the private key, and of those that `~/.ssh/config` names.", {
    secret: true,
  }),
  password: own(text, "The user's password, where the host takes one. It is never asked for.", { secret: true }),
  hostKey: own(text, "The host's public key, as in known_hosts: `ssh-ed25519 AAAA…`. Nothing else is then believed."),
};
const JumpHost = element(
  "jump",
  "A host to go through, with all that logging in there needs.",
  { host: own(text, "Its name or address, as the one before it reaches it.", { required: true }), ...login },
  { named: "JumpHost" },
);
const Ssh = element(
  "ssh",
  "How the host is reached over ssh, beyond what the URI says. It wins over the URI, which wins over `~/.ssh/config`.",
  {
    ...login,
    knownHosts: own(text, "Path of the file of known hosts; `~/.ssh/known_hosts` if left out."),
    agent: own(text, "Path of the ssh agent's socket, or `none`; that of `SSH_AUTH_SOCK` if left out."),
    proxyJump: own(
      text,
      "Hosts to go through, as `ssh -J` takes them: `user@bastion:22`, several parted by commas; `none` for none.",
    ),
    jumpHosts: own(
      list(child(JumpHost), [], { doc: "Hosts to go through, first to last, where `proxyJump` does not say enough." }),
    ),
    client: own(
      oneOf("builtin", "system"),
      "`system` runs this machine's own `ssh`, for what only OpenSSH can do: GSSAPI, FIDO keys, certificates, ControlMaster. If left out, it is run where the built-in client cannot do what is asked.",
    ),
    sudo: own(bool, "Reach libvirt by `sudo -n` on the host, for a user who is not in its group."),
    configFile: own(
      text,
      "The file to read in the place of `~/.ssh/config` and `/etc/ssh/ssh_config`; `none` reads none.",
    ),
  },
  { named: "SshOptions" },
);
const Tls = element(
  "tls",
  "How both sides prove over `+tls` who they are. What is left out is looked for where libvirt's own clients look.",
  {
    caCert: own(
      text,
      "The certificate of the authority that vouches for the host: its PEM text, or the path of a file.",
    ),
    clientCert: own(text, "The certificate that we show to the host: its PEM text, or the path of a file.", {
      secret: true,
    }),
    clientKey: own(
      text,
      "The private key of `clientCert`, without a passphrase: its PEM text, or the path of a file.",
      {
        secret: true,
      },
    ),
  },
  { named: "TlsOptions" },
);
const Auth = element(
  "auth",
  "Who we are to a daemon that asks for a name and a password (SASL). What is left out is looked for in libvirt's own `auth.conf`.",
  {
    username: own(text, "The user's name to the daemon; that of the URI if left out."),
    password: own(text, "The user's password to the daemon.", { secret: true }),
  },
  { named: "AuthOptions" },
);
const READONLY =
  "Only look: the daemon's read-only socket is used where it has one, and nothing can be changed. Enough for preview and refresh.";
export const HostOptions = element(
  "host",
  "A host.",
  {
    uri: own(text, "Libvirt's URI of it: `qemu+ssh://root@alpha/system`.", { required: true }),
    ssh: own(child(Ssh)),
    tls: own(child(Tls)),
    auth: own(child(Auth)),
    readonly: own(bool, READONLY),
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
    tls: own(child(Tls)),
    auth: own(child(Auth)),
    readonly: own(bool, READONLY),
    hosts: table(child(HostOptions), {
      doc: "Several hosts by name, from which `host` of a resource chooses. Must be known before the update.",
    }),
  },
  { named: "Configuration" },
);
