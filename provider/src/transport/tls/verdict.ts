/** Whether the host is who it should be, and what to do if not. */
import { checkServerIdentity, type PeerCertificate, type TLSSocket } from "node:tls";
import { Failure } from "../../failure";

/** What speaks against the certificate that the host shows; nothing if it is believed. */
export function objection(socket: TLSSocket, host: string, place: string): Failure | undefined {
  const certificate = socket.getPeerCertificate();
  // Set by Node to OpenSSL's short code, though its type says Error.
  const code = socket.authorizationError as unknown as string | null;
  if (code) return disbelief(code, certificate, place);
  return checkServerIdentity(host, certificate) && wrongName(certificate, host, place);
}

function disbelief(code: string, certificate: PeerCertificate, place: string): Failure {
  const whose = `the certificate of ${place}`;
  const now = Date.now();
  const from = `${certificate.valid_from}`;
  const to = `${certificate.valid_to}`;
  switch (code) {
    case "CERT_HAS_EXPIRED":
      return Date.parse(to) < now
        ? denied(
            `${whose} has expired on ${to}`,
            "Renew it on the host (`/etc/pki/libvirt/servercert.pem`) and restart its libvirt",
          )
        : denied(
            `the authority that vouches for ${whose} has itself expired`,
            "Renew the authority's certificate, on the host and here (`cacert.pem`, `tls.caCert`)",
          );
    case "CERT_NOT_YET_VALID":
      return denied(
        Date.parse(from) > now
          ? `${whose} is not valid before ${from}`
          : `the authority that vouches for ${whose} is not valid yet`,
        "Check the clocks of this machine and of the one that made the certificate",
      );
    case "CERT_REVOKED":
      return denied(`${whose} was taken back by its authority`, "Have a new one made for the host");
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "CERT_SIGNATURE_FAILURE":
      return denied(
        `${whose} was signed by an authority that is not known here: ${nameOf(certificate.issuer)}`,
        "Give that authority's certificate as `tls.caCert` of the provider, or as `cacert.pem` (`?pkipath=` in the URI)",
      );
    default:
      return denied(
        `${whose} is not believed (${code})`,
        "Look at it with `openssl s_client -connect HOST:PORT -showcerts`",
      );
  }
}

function wrongName(certificate: PeerCertificate, host: string, place: string): Failure {
  const names = certificate.subjectaltname?.replaceAll(/\b(DNS|IP Address):/g, "") ?? certificate.subject?.CN;
  return denied(
    `the certificate of ${place} is not for ${host} but for ${names ?? "nobody"}`,
    "Use one of these names in the URI, or have a certificate made for the name in it",
  );
}

const nameOf = (name: PeerCertificate["issuer"] | undefined): string =>
  Object.entries(name ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(", ");

const denied = (problem: string, remedy: string): Failure => new Failure("denied", problem, { remedy });
