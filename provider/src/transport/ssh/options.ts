/** What the provider's `ssh` option says beyond the URI. It wins over the URI, which wins over `~/.ssh/config`. */

/** How one user is let in on one host. */
export interface LoginOptions {
  /** The user's name on the host. */
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  /** The key's text (PEM or OpenSSH), or the file that holds it. No other key is offered then. */
  readonly privateKey?: string | undefined;
  /** Opens the private key. */
  readonly passphrase?: string | undefined;
  /** For hosts that ask for one, by itself or by keyboard-interactive. */
  readonly password?: string | undefined;
  /** The host's public key, `ssh-ed25519 AAAA…`: known_hosts files are not read then. */
  readonly hostKey?: string | undefined;
}

/** A host to go through. */
export interface JumpHost extends LoginOptions {
  readonly host: string;
}

export interface SshOptions extends LoginOptions {
  /** The file of known hosts. */
  readonly knownHosts?: string | undefined;
  /** The agent's socket; `none` for no agent. */
  readonly agent?: string | undefined;
  /** Hosts to go through, as `ssh -J` takes them: `user@host:port`, several with commas; `none` for none. */
  readonly proxyJump?: string | undefined;
  /** The same with all that logging in there needs, first to last. */
  readonly jumpHosts?: readonly JumpHost[] | undefined;
  /** `system`: the machine's own `ssh` is run; else it is only where the built-in client cannot do what is asked. */
  readonly client?: "builtin" | "system" | undefined;
  /** What is started on the host to reach libvirt is started by `sudo -n`. */
  readonly sudo?: boolean | undefined;
  /** The file to read in the place of `~/.ssh/config` and `/etc/ssh/ssh_config`; `none` reads none. */
  readonly configFile?: string | undefined;
}
