/** What stands for something else in ssh_config(5): `%` tokens, `~/`, `${VARIABLE}`. */
import { createHash } from "node:crypto";
import { homedir, hostname, userInfo } from "node:os";
import { Failure } from "../../../failure";

/** Who is reached as whom: what the tokens stand for. */
export interface Meaning {
  /** As the user named it. */
  readonly original: string;
  /** Where the connection goes. */
  readonly host: string;
  readonly port: number;
  /** The user there. */
  readonly user: string;
  /** `HostKeyAlias`, where there is one. */
  readonly alias?: string | undefined;
  /** `ProxyJump`, where there is one. */
  readonly jump?: string | undefined;
}

/** Each token, and what it stands for. */
const TOKENS: Readonly<Record<string, (meaning: Meaning) => string>> = {
  "%": () => "%",
  C: ({ host, port, user, jump = "" }) =>
    createHash("sha1").update(`${hostname()}${host}${port}${user}${jump}`).digest("hex"),
  d: () => homedir(),
  h: ({ host }) => host,
  i: () => String(userInfo().uid),
  j: ({ jump = "" }) => jump,
  k: ({ alias, original }) => alias ?? original,
  L: () => hostname().split(".")[0] ?? "",
  l: () => hostname(),
  n: ({ original }) => original,
  p: ({ port }) => String(port),
  r: ({ user }) => user,
  u: () => userInfo().username,
};

/** The text with its tokens replaced. */
export const detokenized = (text: string, meaning: Meaning, place: string): string =>
  text.replace(/%(.?)/gs, (token, letter: string) => {
    const replacement = TOKENS[letter];
    if (!replacement) throw new Failure("invalid", `${place} has ${token}, which stands for nothing known here`);
    return replacement(meaning);
  });

/** A path: `~/` is the user's home, `${NAME}` a variable of the environment. */
export const pathOf = (text: string, place: string): string =>
  text.replace(/^~(?=\/|$)/, homedir()).replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    const value = process.env[name];
    if (value === undefined) throw new Failure("invalid", `${place} names \${${name}}, which is not set`);
    return value;
  });

/** Characters by which a name would say something to a shell; OpenSSH refuses the same. */
const SPEAKS_TO_A_SHELL = /['`"$\\;&<>|(){}\s]|^-/;

/** A command line of the user's own files for the user's own shell: names that come from elsewhere must be only names there. */
export function commandOf(text: string, meaning: Meaning, place: string): string {
  for (const name of [meaning.original, meaning.host, meaning.user])
    if (SPEAKS_TO_A_SHELL.test(name))
      throw new Failure("invalid", `${JSON.stringify(name)} would be read by a shell in ${place}`, {
        remedy: "Use a name of letters, digits, dots and dashes",
      });
  return detokenized(text, meaning, place);
}
