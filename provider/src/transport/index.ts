/** Ways to a host: a URI becomes a session, a session gives byte streams to the daemon and runs commands. */
import type { Limits, Session } from "./session";
import { type SshOptions, ssh } from "./ssh";
import { tcp } from "./tcp";
import { type TlsOptions, tls } from "./tls";
import { unix } from "./unix";
import type { Address } from "./uri";

export type { Session } from "./session";
export type { SshOptions } from "./ssh";
export type { TlsOptions } from "./tls";
export { type Address, parseUri, says } from "./uri";

/** What is to be known of the way beyond the URI. */
export interface WayOptions {
  readonly ssh?: SshOptions | undefined;
  readonly tls?: TlsOptions | undefined;
  /** The daemon's socket for those who only look is used, where it has one. */
  readonly readonly?: boolean | undefined;
}

/** Opens the way. For ssh the user is then logged in, for tls the certificates are read; for `unix` and `tcp` that is nothing yet. */
export async function dial(address: Address, options: WayOptions, limits: Limits): Promise<Session> {
  switch (address.transport) {
    case "unix":
      return unix(address, options.readonly);
    case "tcp":
      return tcp(address);
    case "tls":
      return tls(address, options.tls ?? {});
    case "ssh":
      return ssh(address, options.ssh ?? {}, options.readonly, limits);
  }
}
