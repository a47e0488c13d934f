/** SCRAM (RFC 5802, RFC 7677), the client's side: a password is proven without being sent, and the server proves that it knows it. */
import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { Failure } from "../../failure";
import type { Known } from "./credentials";

const stretched = promisify(pbkdf2);

/** What RFC 7677 asks for at least, and more than any server needs: each costs both sides time. */
const ITERATIONS = { least: 4096, most: 10_000_000 };

/** What the client says, step by step; it is given what the server answered. Ends when the server has proven itself. */
export type Exchange = AsyncGenerator<Buffer, void, Buffer>;

/** `digest` is Node's name of the hash; `nonce` is random but in tests. */
export async function* scram(
  digest: "sha1" | "sha256",
  { username, password }: Known,
  nonce = randomBytes(24).toString("base64"),
): Exchange {
  const [user, secret] = [await prepared(username, "user name"), await prepared(password, "password")];
  const bare = `n=${user.replaceAll("=", "=3D").replaceAll(",", "=2C")},r=${nonce}`;
  const challenge = (yield Buffer.from(`n,,${bare}`)).toString();
  const { salt, iterations, both } = challenged(challenge, nonce);

  const length = createHash(digest).digest().length;
  const salted = await stretched(secret, salt, iterations, length, digest);
  const hmac = (key: Buffer, text: string) => createHmac(digest, key).update(text).digest();
  const clientKey = hmac(salted, "Client Key");
  const unproven = `c=${Buffer.from("n,,").toString("base64")},r=${both}`;
  const spoken = `${bare},${challenge},${unproven}`;
  const signature = hmac(createHash(digest).update(clientKey).digest(), spoken);
  const proof = clientKey.map((byte, i) => byte ^ (signature[i] ?? 0));

  const verdict = (yield Buffer.from(`${unproven},p=${Buffer.from(proof).toString("base64")}`)).toString();
  const expected = hmac(hmac(salted, "Server Key"), spoken);
  const given = Buffer.from(/^v=([^,]*)/.exec(verdict)?.[1] ?? "", "base64");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw impostor(verdict);
}

/** Reads the server's first message. */
function challenged(message: string, nonce: string): { salt: Buffer; iterations: number; both: string } {
  const [, both, salt, count] =
    /^r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z0-9+/=]+),i=([1-9]\d{0,8})(?:,|$)/.exec(message) ?? [];
  if (both === undefined || salt === undefined)
    throw new Failure("protocol", "the daemon's part of SCRAM cannot be read");
  if (!both.startsWith(nonce) || both.length === nonce.length)
    throw new Failure("protocol", "the daemon answers another's SCRAM: its nonce does not continue ours");
  const iterations = Number(count);
  if (iterations < ITERATIONS.least || iterations > ITERATIONS.most)
    throw new Failure(
      "denied",
      `the daemon wants a password stretched ${iterations} times, where ${ITERATIONS.least} to ${ITERATIONS.most} are taken`,
      {
        remedy: "Set `scram_iteration_counter` in the host's /etc/sasl2/libvirt.conf",
      },
    );
  return { salt: Buffer.from(salt, "base64"), iterations, both };
}

const impostor = (verdict: string): Failure =>
  verdict.startsWith("e=")
    ? new Failure("denied", "the daemon refused the password")
    : new Failure("denied", "the daemon did not prove that it knows the password: it may be an impostor", {
        remedy: "Check what listens there before the password is used again",
      });

/** SASLprep (RFC 4013). */
async function prepared(text: string, what: string): Promise<string> {
  const { saslprep } = await import("@mongodb-js/saslprep");
  try {
    return saslprep(text);
  } catch {
    throw new Failure("invalid", `the ${what} for SASL has characters that cannot be in one`, {
      remedy: "Leave out control characters, private and unassigned ones, and mixtures of writing directions",
    });
  }
}
