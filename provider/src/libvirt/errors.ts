/** What libvirt's errors mean to a caller. */
import { type Code, Failure } from "../failure";
import { apiName } from "./apiNames";
import { ERROR } from "./errorNumbers";
import { domain, network } from "./objects";
import { type ProcedureName, procedure } from "./procedures";
import { int, type OutOf, optional, struct, text } from "./xdr";

const remoteError = struct({
  code: int,
  domain: int,
  message: optional(text),
  level: int,
  dom: optional(domain),
  str1: optional(text),
  str2: optional(text),
  str3: optional(text),
  int1: int,
  int2: int,
  net: optional(network),
});

/** libvirt's own error, as the daemon sent it (`virError`): the `cause` of a `Failure` that stems from it. */
export type RemoteError = OutOf<typeof remoteError>;
export { remoteError };

/** What a caller can act on; an error that is not here is `refused`. */
const MEANING = {
  missing: [
    ERROR.noDomain,
    ERROR.noNetwork,
    ERROR.noStoragePool,
    ERROR.noStorageVol,
    ERROR.noNodeDevice,
    ERROR.noInterface,
    ERROR.noNwfilter,
    ERROR.noSecret,
    ERROR.noDomainSnapshot,
    ERROR.noDomainMetadata,
    ERROR.deviceMissing,
    ERROR.noNwfilterBinding,
    ERROR.noDomainCheckpoint,
    ERROR.noDomainBackup,
    ERROR.noNetworkPort,
    ERROR.noNetworkMetadata,
  ],
  exists: [ERROR.domExist, ERROR.networkExist, ERROR.storagePoolBuilt, ERROR.storageVolExist, ERROR.networkPortExist],
  denied: [ERROR.operationDenied, ERROR.authFailed, ERROR.authCancelled, ERROR.accessDenied, ERROR.authUnavailable],
  // Libvirt's own patience ended, mostly with another job or with a guest that takes its time: the daemon has answered, nothing hangs.
  busy: [ERROR.operationTimeout, ERROR.blockCopyActive, ERROR.resourceBusy],
  // The guest was told, and may do it yet.
  timeout: [ERROR.agentCommandTimeout],
  unsupported: [
    ERROR.noSupport,
    ERROR.osType,
    ERROR.noSecurityModel,
    ERROR.configUnsupported,
    ERROR.argumentUnsupported,
    ERROR.operationUnsupported,
    ERROR.cpuIncompatible,
  ],
  invalid: [
    ERROR.invalidConn,
    ERROR.invalidDomain,
    ERROR.invalidArg,
    ERROR.noKernel,
    ERROR.noRoot,
    ERROR.noSource,
    ERROR.noTarget,
    ERROR.noName,
    ERROR.noOs,
    ERROR.noDevice,
    ERROR.xmlError,
    ERROR.xmlDetail,
    ERROR.invalidNetwork,
    ERROR.invalidMac,
    ERROR.invalidStoragePool,
    ERROR.invalidStorageVol,
    ERROR.invalidNodeDevice,
    ERROR.invalidInterface,
    ERROR.invalidNwfilter,
    ERROR.invalidSecret,
    ERROR.invalidDomainSnapshot,
    ERROR.invalidStream,
    ERROR.overflow,
    ERROR.xmlInvalidSchema,
    ERROR.invalidNwfilterBinding,
    ERROR.invalidDomainCheckpoint,
    ERROR.invalidNetworkPort,
  ],
  cancelled: [ERROR.operationAborted],
  connection: [ERROR.noConnect],
  protocol: [ERROR.rpc],
} satisfies Partial<Record<Code, readonly number[]>>;

const MEANINGS: ReadonlyMap<number, Code> = new Map(
  Object.entries(MEANING).flatMap(([code, numbers]) => numbers.map((number) => [number, code as Code] as const)),
);

/** Most drivers report a name or a UUID that is taken as a failed operation, or as an internal error: only the words tell. */
const TAKEN = /already exists( with uuid|$)|is already (defined|in use)|already defined for use/;

export function meaning({ code, message }: Pick<RemoteError, "code" | "message">): Code {
  return MEANINGS.get(code) ?? (TAKEN.test(message ?? "") ? "exists" : "refused");
}

/** A daemon's refusal of a call, as a failure with libvirt's words; `cause` is the `RemoteError`. */
export function refusal(name: ProcedureName, error: RemoteError): Failure {
  const call = apiName(name);
  const message = error.message ?? `libvirt's error ${error.code}, without a message`;
  const { number, since } = procedure(name);
  // Whatever language the daemon speaks, its words for an unknown procedure have the number of the procedure in them.
  if (error.code !== ERROR.rpc || !new RegExp(`\\b${number}\\b`).test(message))
    return new Failure(meaning(error), message, { call, cause: error });
  return new Failure("unsupported", `the host's libvirt has no such function (${message})`, {
    call,
    remedy: since ? `It came with libvirt ${since}: upgrade the host` : "Upgrade the host's libvirt",
    cause: error,
  });
}

/** The error of libvirt that a failure stems from, if it does. */
export function remoteErrorOf(failure: unknown): RemoteError | undefined {
  const cause = failure instanceof Failure ? failure.circumstances.cause : undefined;
  return typeof cause === "object" && cause !== null && "int1" in cause ? (cause as RemoteError) : undefined;
}
