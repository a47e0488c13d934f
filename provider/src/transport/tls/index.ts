/** A daemon behind TLS, as libvirt does it: both sides show certificates, then the host says by one byte whether it takes ours. */
import type { Socket } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { Failure } from "../../failure";
import { attempt } from "../attempt";
import type { Limits, Session } from "../session";
import { dialled, placeOf, reach } from "../tcp";
import { type Address, says } from "../uri";
import type { TlsOptions } from "./options";
import { type Papers, papers } from "./papers";
import { objection } from "./verdict";

export type { TlsOptions } from "./options";

const PORT = 16514;
/** What the host says when it takes our certificate, or needs none. */
const WELCOME = 1;

export async function tls(address: Address, options: TlsOptions): Promise<Session> {
  if (address.parameters.tls_priority !== undefined)
    throw new Failure(
      "unsupported",
      "`tls_priority=` in the URI is written in GnuTLS's language, which is not spoken here",
      {
        remedy: "Leave it out: TLS 1.2 and 1.3 are used, with the ciphers that Node.js holds for safe",
      },
    );
  const shown = await papers(address, options);
  return dialled(async (limits) => {
    const socket = await handshake(await reach(address, PORT, limits), address, shown, limits);
    try {
      const wrong = says(address.parameters, "no_verify")
        ? undefined
        : objection(socket, address.host, placeOf(address, PORT));
      if (wrong) throw wrong;
      await welcomed(socket, address, shown, limits);
      return unmerged(socket);
    } catch (failure) {
      socket.on("error", () => undefined).destroy();
      throw failure;
    }
  });
}

/** The host's certificate is looked at afterwards, where more is known of what is wrong with it. */
function handshake(socket: Socket, address: Address, { context }: Papers, limits: Limits): Promise<TLSSocket> {
  const place = placeOf(address, PORT);
  return attempt(place, limits, (done, failed) => {
    const secured = connect({
      socket,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      secureContext: context,
    });
    const broken = (cause: NodeJS.ErrnoException) => failed(unsecured(cause, place));
    secured.once("error", broken);
    secured.once("secureConnect", () => done(secured.off("error", broken)));
    return () => secured.on("error", () => undefined).destroy();
  });
}

/** Each write becomes records of its own: Node would put those that wait into one. The daemon needs it so. */
const unmerged = (socket: TLSSocket): TLSSocket => Object.assign(socket, { _writev: undefined });

function unsecured(cause: NodeJS.ErrnoException, place: string): Failure {
  if (/ALERT.*(CERT|UNKNOWN_CA|ACCESS_DENIED)/.test(cause.code ?? "")) return refused(place, cause.message);
  return new Failure("connection", `${place} does not speak TLS with us (${cause.message})`, {
    remedy:
      "Check that this is the port for TLS (16514 unless its libvirtd.conf says otherwise), and look into the log of the host's libvirt",
    cause,
  });
}

/** Waits for the host's word about us. */
function welcomed(socket: TLSSocket, address: Address, { shown }: Papers, limits: Limits): Promise<void> {
  const place = placeOf(address, PORT);
  return attempt(place, limits, (done, failed) => {
    const closed = () => failed(refused(place, shown));
    const ends = ["end", "error", "close"] as const;
    const leave = () => {
      socket.off("readable", read);
      for (const event of ends) socket.off(event, closed);
    };
    const read = () => {
      const byte = socket.read(1) as Buffer | null;
      if (!byte) return;
      leave();
      if (byte[0] === WELCOME) done();
      else closed();
    };
    socket.on("readable", read);
    for (const event of ends) socket.on(event, closed);
    return leave;
  });
}

const refused = (place: string, shown: string): Failure =>
  new Failure("denied", `${place} does not take our certificate (${shown})`, {
    remedy:
      "Give one that the host's authority signed for clients (`tls.clientCert` and `tls.clientKey`, or `clientcert.pem` and `clientkey.pem`), and check `tls_allowed_dn_list` in the host's libvirtd.conf",
  });
