/** Proving to a daemon who we are, as it asks for it: not at all, by polkit, or by SASL. */
import { asFailure, Failure } from "../../failure";
import type { Address } from "../../transport";
import type { Connection } from "../connection";
import { remoteErrorOf } from "../errors";
import type { CallLimits } from "../limits";
import type { Credentials } from "./credentials";
import { sasl } from "./sasl";

const AUTH = { none: 0, sasl: 1, polkit: 2 } as const;

/** Who wants in, and by which way. */
export interface Who {
  readonly address: Address;
  /** As the provider's configuration says; libvirt's own files are looked into for what is missing. */
  readonly auth?: Credentials | undefined;
  readonly readonly?: boolean | undefined;
}

export async function authenticate(opened: Connection, who: Who, limits: CallLimits): Promise<void> {
  const wanted = who.address.parameters.auth?.toLowerCase();
  const { types } = await opened.call("authList", {}, limits);
  const [first = AUTH.none] = types;
  const asked = wanted === undefined ? first : types.find((type) => type === numberOf(wanted));
  if (types.length > 0 && asked === undefined)
    throw new Failure("denied", `the daemon does not ask for \`auth=${wanted}\`, which the URI wants`, {
      remedy: "Take `auth=` out of the URI",
    });
  if (asked === AUTH.polkit) await polkit(opened, who, limits);
  else if (asked === AUTH.sasl) await sasl(opened, who, limits);
  else if (asked !== AUTH.none && asked !== undefined)
    throw new Failure("unsupported", `the daemon wants to know who we are in a way that is not known here (${asked})`);
}

/** `sasl`, `sasl.MECHANISM` or `polkit`, as in libvirt's URIs. */
const numberOf = (name: string): number | undefined =>
  name === "polkit" ? AUTH.polkit : /^sasl(\.|$)/.test(name) ? AUTH.sasl : undefined;

async function polkit(opened: Connection, { readonly = false }: Who, limits: CallLimits): Promise<void> {
  try {
    await opened.call("authPolkit", {}, limits);
  } catch (cause) {
    const failure = asFailure(cause);
    if (!remoteErrorOf(failure)) throw failure;
    const action =
      /org\.libvirt\.unix\.\w+/.exec(failure.problem)?.[0] ?? `org.libvirt.unix.${readonly ? "monitor" : "manage"}`;
    throw new Failure(
      "denied",
      `polkit on the host does not let this user in, who needs \`${action}\` (${failure.problem})`,
      {
        remedy: `Add the user to the host's group \`libvirt\`, or allow the action by a rule in /etc/polkit-1/rules.d${readonly ? "" : "; to look only, set `readonly: true` for the host"}`,
        cause: failure.circumstances.cause,
      },
    );
  }
}
