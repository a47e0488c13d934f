/** SASL as libvirt carries it: a mechanism is chosen, and its messages go to and fro until both sides are content. */
import { asFailure, Failure } from "../../failure";
import { type Address, says } from "../../transport";
import type { Connection } from "../connection";
import { remoteErrorOf } from "../errors";
import type { CallLimits } from "../limits";
import { credentials, type Known } from "./credentials";
import type { Who } from "./index";
import { type Exchange, scram } from "./scram";

/** What is spoken here, strongest first. */
const MECHANISMS: Readonly<Record<string, (who: Known) => Exchange>> = {
  "SCRAM-SHA-256": (who) => scram("sha256", who),
  "SCRAM-SHA-1": (who) => scram("sha1", who),
  PLAIN: plain,
};
const SPOKEN = Object.keys(MECHANISMS);

/** The password itself (RFC 4616): only where the way encrypts, or never leaves the machine. */
async function* plain({ username, password }: Known): Exchange {
  yield Buffer.from(`\0${username}\0${password}`);
}

/** A daemon may ask for a last, empty word after the mechanism has ended. */
const LAST_WORDS = 1;

export async function sasl(opened: Connection, who: Who, limits: CallLimits): Promise<void> {
  if (who.address.transport === "tcp") throw unencrypted();
  const { mechlist } = await opened.call("authSaslInit", {}, limits);
  const name = chosen(mechlist.split(/[\s,]+/).filter(Boolean), who.address);
  const known = await credentials(who);
  const exchange = MECHANISMS[name]?.(known);
  if (!exchange) throw new Failure("defect", `there is no SASL mechanism ${name} here`);
  try {
    await converse(opened, name, exchange, limits);
  } catch (thrown) {
    const failure = asFailure(thrown);
    throw remoteErrorOf(failure) ? refused(failure, name, known.username) : failure;
  }
}

async function converse(opened: Connection, mech: string, exchange: Exchange, limits: CallLimits): Promise<void> {
  let said = await exchange.next();
  let answer = await opened.call("authSaslStart", { mech, ...message(said) }, limits);
  let more = LAST_WORDS;
  while (!answer.complete || !said.done) {
    // Also when the daemon is content already: it must have proven itself.
    if (!said.done) said = await exchange.next(answer.data);
    else if (more-- === 0) throw new Failure("protocol", `the daemon does not end the exchange of ${mech}`);
    if (answer.complete) {
      if (said.done) return;
      throw new Failure("protocol", `the daemon ended the exchange of ${mech} in the middle`);
    }
    answer = await opened.call("authSaslStep", message(said), limits);
  }
}

/** libvirt tells nothing from an empty text. */
const message = ({ value, done }: IteratorResult<Buffer, void>): { nil: boolean; data: Buffer } =>
  done || !value ? { nil: true, data: Buffer.alloc(0) } : { nil: false, data: value };

/**
 * The strongest that both sides know, or the one that the URI wants (`auth=sasl.MECHANISM`). A host whose certificate nobody checks may be anybody:
 * it gets the password itself only where the URI wants that.
 */
function chosen(offered: readonly string[], { transport, parameters }: Address): string {
  const wanted = /^sasl\.(.+)$/i.exec(parameters.auth ?? "")?.[1]?.toUpperCase();
  const anybody = transport === "tls" && says(parameters, "no_verify");
  const spoken = SPOKEN.filter((name) => (wanted === undefined ? !(anybody && name === "PLAIN") : name === wanted));
  const common = spoken.find((name) => offered.includes(name));
  if (common !== undefined) return common;
  if (anybody && wanted === undefined && offered.includes("PLAIN")) throw toAnybody(offered);
  throw new Failure(
    "unsupported",
    `the daemon and this provider have no SASL mechanism in common: it offers ${offered.join(", ")}; ${wanted === undefined ? `spoken here are ${SPOKEN.join(", ")}` : `the URI wants ${wanted}`}`,
    {
      remedy:
        "Set `mech_list: scram-sha-256` in the host's /etc/sasl2/libvirt.conf (Debian: `apt install libsasl2-modules`), or reach the host over ssh",
    },
  );
}

const toAnybody = (offered: readonly string[]): Failure =>
  new Failure(
    "denied",
    `the daemon wants the password itself (it offers ${offered.join(", ")}), and \`no_verify\` in the URI lets anybody be that daemon`,
    {
      remedy:
        "Give the authority's certificate (`tls.caCert`) and take `no_verify` out, or say `auth=sasl.PLAIN` in the URI to tell it all the same",
    },
  );

const unencrypted = (): Failure =>
  new Failure(
    "unsupported",
    "over plain tcp the daemon wants a SASL mechanism that also encrypts (GSSAPI), which is not spoken here; a password would go over the wire for all to read",
    { remedy: "Use `+tls` or `+ssh` in the URI" },
  );

const refused = (failure: Failure, mechanism: string, username: string): Failure =>
  new Failure("denied", `the daemon does not let ${username} in (${mechanism}: ${failure.problem})`, {
    remedy:
      "Check the user name and the password, that the host knows them (`saslpasswd2 -a libvirt USER`), and `sasl_allowed_username_list` in its libvirtd.conf",
    cause: failure.circumstances.cause,
  });
