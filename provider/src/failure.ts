/** The one error of this provider: what failed, on which object of which host, and what to do next. */

/**
 * What kind of failure it is, in terms a caller can act on.
 * - `invalid`: the request can never succeed as written
 * - `missing`: the object does not exist (only libvirt's NO_* codes, never a lost connection)
 * - `exists`: an object of that name is there and is not ours
 * - `denied`: authentication or permission
 * - `busy`: another job holds the object
 * - `refused`: the object's state forbids it
 * - `unsupported`: this host cannot do it
 * - `timeout`: the deadline passed
 * - `cancelled`: the user asked to stop
 * - `connection`: the host was not reached; nothing was changed
 * - `lost`: the connection broke while a call was under way; it may have been carried out
 * - `protocol`: the other side does not speak as it should
 * - `defect`: this provider did what it never should; what became of the object is not known
 */
export type Code =
  | "invalid"
  | "missing"
  | "exists"
  | "denied"
  | "busy"
  | "refused"
  | "unsupported"
  | "timeout"
  | "cancelled"
  | "connection"
  | "lost"
  | "protocol"
  | "defect";

export interface Circumstances {
  /** The object in libvirt's or the user's words: `domain web`, `volume default/root.qcow2`. */
  object?: string;
  /** The host as the user names it: its key in `hosts`, or its URI without secrets. */
  host?: string;
  /** The function of libvirt's API that failed: `virDomainCreateWithFlags`. */
  call?: string;
  /** What the user can do about it: one sentence, imperative. */
  remedy?: string;
  /** The property at fault, where there is one. */
  property?: readonly (string | number)[];
  cause?: unknown;
}

export class Failure extends Error {
  override readonly name = "Failure";
  constructor(
    readonly code: Code,
    /** What was tried and what came of it, without object, host, call and remedy: those are added. */
    readonly problem: string,
    readonly circumstances: Circumstances = {},
  ) {
    const { object, host, call, remedy, cause } = circumstances;
    const subject = [object, host && `on host ${host}`].filter(Boolean).join(" ");
    super(
      `${subject && `${subject}: `}${problem}${call ? ` (${call})` : ""}${remedy ? `. ${remedy}` : ""}`,
      cause === undefined ? undefined : { cause },
    );
  }

  /** The same failure with more of its circumstances known; what is known already stays. */
  in(more: Circumstances): Failure {
    return new Failure(this.code, this.problem, { ...more, ...this.circumstances });
  }
}

/** Whatever was thrown, as a failure. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  return new Failure("defect", `a defect in this provider: ${thrown instanceof Error ? thrown.message : thrown}`, {
    remedy: "Please report it, with what the program declares",
    cause: thrown,
  });
}
