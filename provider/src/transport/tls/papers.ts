/** The certificates and the key of one host: found, read, and looked at before anybody is called. */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import { Failure } from "../../failure";
import { expanded } from "../home";
import { type Address, says } from "../uri";
import type { TlsOptions } from "./options";
import { places } from "./places";

export interface Papers {
  /** All of them, for the handshake. */
  readonly context: SecureContext;
  /** For messages: which certificate we show, or where there was none. */
  readonly shown: string;
}

/** PEM text, and where it comes from. */
interface Pem {
  readonly text: string;
  readonly from: string;
}
/** Why a file gave none. */
interface Unread {
  readonly code: string | undefined;
}
const isRead = (found: Pem | Unread): found is Pem => "text" in found;

export async function papers({ parameters }: Address, options: TlsOptions): Promise<Papers> {
  const there = places(parameters.pkipath === undefined ? undefined : expanded(parameters.pkipath));
  const unchecked = says(parameters, "no_verify");
  const [ca, revoked, client] = await Promise.all([
    options.caCert === undefined ? authority(there.ca, unchecked) : given("tls.caCert", options.caCert),
    lookAt(there.revoked),
    options.clientCert === undefined && options.clientKey === undefined
      ? placed(there.certificate, there.key)
      : ours(options.clientCert, options.clientKey),
  ]);
  if (ca) certificateIn(ca);
  if (client) mustFit(client.certificate, client.key, says(parameters, "no_sanity"));
  return {
    context: contextOf({
      ...(ca ? { ca: ca.text } : {}),
      ...(options.caCert === undefined && isRead(revoked) ? { crl: revoked.text } : {}),
      ...(client ? { cert: client.certificate.text, key: client.key.text } : {}),
    }),
    shown: client?.certificate.from ?? `none is at ${there.certificate} with its key at ${there.key}`,
  };
}

function contextOf(parts: SecureContextOptions): SecureContext {
  try {
    return createSecureContext(parts);
  } catch (cause) {
    throw new Failure("invalid", `OpenSSL does not take these certificates (${(cause as Error).message})`, {
      remedy: "Keys of RSA have 2048 bits at least, and signatures are not of SHA-1 or MD5",
      cause,
    });
  }
}

async function lookAt(path: string): Promise<Pem | Unread> {
  try {
    return { text: await readFile(path, "utf8"), from: path };
  } catch (cause) {
    return { code: (cause as NodeJS.ErrnoException).code };
  }
}

async function authority(path: string, unchecked: boolean): Promise<Pem | undefined> {
  const found = await lookAt(path);
  if (isRead(found)) return found;
  if (unchecked) return undefined;
  throw new Failure(
    "invalid",
    `the certificate of the authority that vouches for the host, ${path}, cannot be read (${found.code})`,
    {
      remedy:
        "Set `tls.caCert` of the provider, name the folder that holds `cacert.pem` with `?pkipath=` in the URI, or put the file there",
    },
  );
}

/** What an option says: text, or a file that must be there. */
async function given(option: string, value: string): Promise<Pem> {
  if (value.includes("-----BEGIN")) return { text: value, from: `\`${option}\`` };
  const found = await lookAt(expanded(value));
  if (isRead(found)) return found;
  throw new Failure("invalid", `\`${option}\` is neither PEM text nor a file that can be read (${found.code})`, {
    remedy: "Give the text that begins with `-----BEGIN`, or the path of the file that holds it",
  });
}

/** The pair in its places. A host need not want one: what is missing is only told when it does. */
async function placed(certificatePath: string, keyPath: string) {
  const [certificate, key] = await Promise.all([lookAt(certificatePath), lookAt(keyPath)]);
  return isRead(certificate) && isRead(key) ? { certificate, key } : undefined;
}

async function ours(certificate: string | undefined, key: string | undefined) {
  if (certificate === undefined || key === undefined)
    throw new Failure("invalid", `\`tls.client${certificate === undefined ? "Key" : "Cert"}\` stands alone`, {
      remedy: "Set `tls.clientCert` and `tls.clientKey` together",
    });
  return { certificate: await given("tls.clientCert", certificate), key: await given("tls.clientKey", key) };
}

function certificateIn({ text, from }: Pem): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch (cause) {
    throw new Failure("invalid", `${from} is not a certificate in PEM form`, {
      remedy: "It begins with `-----BEGIN CERTIFICATE-----`; `openssl x509 -in FILE -text` must be able to show it",
      cause,
    });
  }
}

function mustFit(certificate: Pem, key: Pem, unchecked: boolean): void {
  const parsed = certificateIn(certificate);
  if (!parsed.checkPrivateKey(keyIn(key)))
    throw new Failure(
      "invalid",
      `the private key in ${key.from} does not belong to the certificate in ${certificate.from}`,
      {
        remedy: "Give the key with which that certificate was requested",
      },
    );
  const now = Date.now();
  if (unchecked || (Date.parse(parsed.validFrom) <= now && now <= Date.parse(parsed.validTo))) return;
  const past = Date.parse(parsed.validTo) < now;
  throw new Failure(
    "invalid",
    past
      ? `our certificate in ${certificate.from} has expired on ${parsed.validTo}`
      : `our certificate in ${certificate.from} is not valid before ${parsed.validFrom}`,
    { remedy: past ? "Have it renewed by the authority that the host believes" : "Check this machine's clock" },
  );
}

function keyIn({ text, from }: Pem): KeyObject {
  if (/^-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(text))
    throw new Failure("invalid", `the private key in ${from} is locked by a passphrase`, {
      remedy:
        "Take it off, as libvirt's own clients want it too: `openssl pkey -in FILE -out UNLOCKED`; keep that file to yourself",
    });
  try {
    return createPrivateKey(text);
  } catch {
    throw new Failure("invalid", `${from} is not a private key in PEM form`, {
      remedy: "It begins with `-----BEGIN PRIVATE KEY-----` or `-----BEGIN RSA PRIVATE KEY-----`",
    });
  }
}
