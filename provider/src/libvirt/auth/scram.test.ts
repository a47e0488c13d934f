import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import fc from "fast-check";
import { type Exchange, scram } from "./scram";

/** Lets the server of a printed conversation answer; gives what the client said. */
async function conversation(exchange: Exchange, answers: readonly string[]): Promise<string[]> {
  const said: string[] = [];
  let step = await exchange.next();
  for (const answer of answers) {
    said.push(String(step.value));
    step = await exchange.next(Buffer.from(answer));
  }
  expect(step.done).toBe(true);
  return said;
}
const pencil = { username: "user", password: "pencil" };
const SHA1 = {
  nonce: "fyko+d2lbbFgONRv9qkxdawL",
  challenge: "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
  verdict: "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
};

describe("SCRAM as its RFCs print it", () => {
  test("SHA-1 (RFC 5802, 5)", async () => {
    const said = await conversation(scram("sha1", pencil, SHA1.nonce), [SHA1.challenge, SHA1.verdict]);
    expect(said).toEqual([
      "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
      "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
    ]);
  });

  test("SHA-256 (RFC 7677, 3)", async () => {
    const said = await conversation(scram("sha256", pencil, "rOprNGfwEbeRWgbNEkqO"), [
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
      "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    ]);
    expect(said).toEqual([
      "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
      "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
    ]);
  });
});

describe("a daemon that does not play by the rules is found out", () => {
  const told = (...answers: string[]) => conversation(scram("sha1", pencil, SHA1.nonce), answers);
  test.each([
    ["it does not know the password", "denied", [SHA1.challenge, "v=AAAAAAAAAAAAAAAAAAAAAAAAAAA="]],
    ["it proves nothing", "denied", [SHA1.challenge, ""]],
    ["it cuts its proof short", "denied", [SHA1.challenge, "v=rmF9"]],
    ["it refuses the proof", "denied", [SHA1.challenge, "e=invalid-proof"]],
    ["its nonce is not ours", "protocol", ["r=other,s=QSXCR+Q6sek8bf92,i=4096"]],
    ["its nonce adds nothing to ours", "protocol", [`r=${SHA1.nonce},s=QSXCR+Q6sek8bf92,i=4096`]],
    ["it wants an extension that must be understood", "protocol", [`m=x,${SHA1.challenge}`]],
    ["it stretches the password too little", "denied", [SHA1.challenge.replace("4096", "1")]],
    ["it would keep us busy for hours", "denied", [SHA1.challenge.replace("4096", "999999999")]],
  ])("%s", async (_, code, answers) => {
    await expect(told(...answers)).rejects.toMatchObject({ code });
  });

  test("whatever it says, it is a typed failure that tells no secret", () =>
    fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (answer) => {
        const failure = await told(answer, answer).catch((thrown) => thrown);
        expect(failure).toMatchObject({ name: "Failure", message: expect.not.stringContaining("pencil") });
      }),
    ));
});

/** A server's side, written from the RFC: whether it lets in who proves to know that password, and its own proof. */
async function served(exchange: Exchange, password: string): Promise<string | undefined> {
  const salt = Buffer.from("salt of the server");
  const bare = String((await exchange.next()).value).slice("n,,".length);
  const [, user = "", nonce = ""] = /^n=(.*),r=([^,]*)$/s.exec(bare) ?? [];
  const challenge = `r=${nonce}more,s=${salt.toString("base64")},i=4096`;
  const final = String((await exchange.next(Buffer.from(challenge))).value);
  const [, unproven = "", proof = ""] = /^(.*),p=(.*)$/.exec(final) ?? [];
  const salted = pbkdf2Sync(password, salt, 4096, 32, "sha256");
  const hmac = (key: Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const hash = (bytes: Buffer) => createHash("sha256").update(bytes).digest();
  const spoken = `${bare},${challenge},${unproven}`;
  const stored = hash(hmac(salted, "Client Key"));
  const signature = hmac(stored, spoken);
  const key = Buffer.from(proof, "base64").map((byte, i) => byte ^ (signature[i] ?? 0));
  if (!hash(Buffer.from(key)).equals(stored)) return undefined;
  const verdict = hmac(hmac(salted, "Server Key"), spoken).toString("base64");
  expect(await exchange.next(Buffer.from(`v=${verdict}`))).toMatchObject({ done: true });
  return user.replaceAll("=2C", ",").replaceAll("=3D", "=");
}

const word = fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((c) => String.fromCharCode(c)), minLength: 1 });
test("who knows the password is let in under his own name, whatever it is; who does not is not", () =>
  fc.assert(
    fc.asyncProperty(word, word, word, async (username, password, other) => {
      expect(await served(scram("sha256", { username, password }), password)).toBe(username);
      fc.pre(other !== password);
      expect(await served(scram("sha256", { username, password }), other)).toBeUndefined();
    }),
    { numRuns: 30 },
  ));

test.each([
  ["a soft hyphen is dropped", "pen\u00adcil", "pencil"],
  ["compatible letters are one", "\u2168", "IX"],
  ["a no-break space is a space", "a\u00a0b", "a b"],
])("passwords are prepared as RFC 4013 says: %s", async (_, typed, meant) => {
  expect(await served(scram("sha256", { username: "u", password: typed }), meant)).toBe("u");
});

test("a password with a control character is refused, without showing it", async () => {
  await expect(scram("sha1", { username: "u", password: "a\u0007b" }).next()).rejects.toMatchObject({
    code: "invalid",
    message: expect.not.stringContaining("\u0007"),
  });
});
