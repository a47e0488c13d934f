/** Certificates as an administrator makes them, by openssl: an authority, and what it signs. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });

export interface Pair {
  readonly certificate: string;
  readonly key: string;
}
export interface Authority {
  /** The file of its own certificate. */
  readonly certificate: string;
  /** Makes files of a certificate for that common name and its key. */
  sign(name: string, about?: { alternative?: string; from?: Date; to?: Date }): Pair;
  /** Takes a certificate back; gives the file that tells. */
  revoke(certificate: string): string;
}

const DAY = 24 * 60 * 60 * 1000;
/** Days from today. */
export const day = (days: number): Date => new Date(Date.now() + days * DAY);
const stamp = (date: Date): string => `${date.toISOString().replace(/[-:T]|\.\d+/g, "")}`;

/** One key serves all that an authority signs: what tells them apart is the certificate, and keys are slow to make. */
export function authority(folder: string, name: string): Authority {
  const own = join(folder, name);
  mkdirSync(own, { mode: 0o755 });
  const file = (of: string) => join(own, of);
  for (const key of ["ca.key", "signed.key"]) {
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", file(key));
    chmodSync(file(key), 0o644);
  }
  const ca = ["-addext", "keyUsage=critical,keyCertSign,cRLSign", "-subj", `/CN=${name}`, "-days", "30"];
  openssl("req", "-x509", "-key", file("ca.key"), "-out", file("cacert.pem"), ...ca);
  writeFileSync(file("index"), "");
  writeFileSync(
    file("ca.conf"),
    `[ca]\ndefault_ca = it\n[it]\ndatabase = ${file("index")}\nnew_certs_dir = ${own}\nrand_serial = yes\ndefault_md = sha256\npolicy = any\nunique_subject = no\n[any]\ncommonName = supplied\n`,
  );
  const asAuthority = ["-config", file("ca.conf"), "-cert", file("cacert.pem"), "-keyfile", file("ca.key")];
  return {
    certificate: file("cacert.pem"),
    revoke: (certificate) => {
      openssl("ca", ...asAuthority, "-revoke", certificate);
      openssl("ca", ...asAuthority, "-gencrl", "-crldays", "1", "-out", file("cacrl.pem"));
      return file("cacrl.pem");
    },
    sign: (common, { alternative, from = day(-1), to = day(1) } = {}) => {
      const certificate = file(`${common}-${stamp(from)}.pem`);
      const usage = "basicConstraints=critical,CA:false\nkeyUsage=digitalSignature,keyEncipherment\n";
      writeFileSync(file("extensions"), `${usage}${alternative ? `subjectAltName=${alternative}\n` : ""}`);
      openssl("req", "-new", "-key", file("signed.key"), "-subj", `/CN=${common}`, "-out", file("request"));
      openssl(
        ...["ca", "-batch", "-notext", ...asAuthority, "-extfile", file("extensions"), "-in", file("request")],
        ...["-out", certificate, "-startdate", stamp(from), "-enddate", stamp(to)],
      );
      return { certificate, key: file("signed.key") };
    },
  };
}

/** The same key under a passphrase. */
export function locked(key: string, passphrase: string): string {
  openssl("pkey", "-in", key, "-aes256", "-passout", `pass:${passphrase}`, "-out", `${key}.locked`);
  return `${key}.locked`;
}
