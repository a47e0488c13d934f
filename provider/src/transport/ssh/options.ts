/** What the provider's `ssh` option says beyond the URI. */
export interface SshOptions {
  /** The key's text (PEM or OpenSSH), or the file that holds it. Wins over `keyfile` in the URI. */
  readonly privateKey?: string | undefined;
  /** Opens the private key. */
  readonly passphrase?: string | undefined;
  /** The host's public key, `ssh-ed25519 AAAA…`: known_hosts files are not read then. */
  readonly hostKey?: string | undefined;
  /** Wins over the user in the URI. */
  readonly user?: string | undefined;
  /** The file of known hosts. Wins over `known_hosts` in the URI. */
  readonly knownHosts?: string | undefined;
  /** The agent's socket. Wins over `SSH_AUTH_SOCK`. */
  readonly agent?: string | undefined;
}
