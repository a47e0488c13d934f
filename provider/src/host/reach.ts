/** How a host is reached, beyond its URI, and what a reach too short says. */
import { Failure } from "../failure";
import { type Credentials, remoteErrorOf } from "../libvirt";
import type { WayOptions } from "../transport";

export interface Reach extends WayOptions {
  /** The name and the password for a daemon that asks for them (SASL). */
  readonly auth?: Credentials | undefined;
}

/** VIR_ERR_OPERATION_DENIED: what libvirt says to those who may only look. */
const READ_ONLY = 29;

/** The same failure; a refusal because the connection may only look says so, and what to do. */
export function readOnly(failure: Failure): Failure {
  if (remoteErrorOf(failure)?.code !== READ_ONLY) return failure;
  return new Failure("denied", `the connection is read-only (${failure.problem})`, {
    remedy:
      "Take `readonly: true` off the host, and `-ro` off a socket that its URI names; `pulumi destroy` knows of that after the next `pulumi up`, or with `--run-program`",
    ...failure.circumstances,
  });
}
