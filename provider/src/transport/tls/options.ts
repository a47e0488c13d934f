/** What the provider's `tls` option says: each is PEM text, or the path of a file that holds it. */
export interface TlsOptions {
  /** Whose certificates the host may show. */
  readonly caCert?: string | undefined;
  /** What we show the host; `clientKey` belongs to it. */
  readonly clientCert?: string | undefined;
  readonly clientKey?: string | undefined;
}
