/** What libvirt's errors mean to a caller. */
import { type Code, Failure } from "../failure";
import { domain, network } from "./objects";
import { int, type OutOf, optional, string, struct } from "./xdr";

const remoteError = struct({
  code: int,
  domain: int,
  message: optional(string),
  level: int,
  dom: optional(domain),
  str1: optional(string),
  str2: optional(string),
  str3: optional(string),
  int1: int,
  int2: int,
  net: optional(network),
});

/** libvirt's own error, as the daemon sent it (`virError`): the `cause` of a `Failure` that stems from it. */
export type RemoteError = OutOf<typeof remoteError>;
export { remoteError };

/** From virErrorNumber (libvirt/virterror.h) to what a caller can act on; what is not here is `refused`. */
const MEANING: ReadonlyMap<number, Code> = new Map(
  (
    [
      ["missing", [42, 43, 49, 50, 53, 57, 62, 66, 72, 80, 99, 101, 103, 104, 107]],
      ["exists", [28, 37, 90, 106]],
      ["denied", [29, 45, 79, 88, 94]],
      ["busy", [68, 83, 87]],
      ["unsupported", [3, 16, 67, 74, 84, 91]],
      ["invalid", [7, 8, 27, 35, 36, 44, 46, 47, 52, 58, 61, 65, 71, 82, 92, 100, 102, 105]],
      ["cancelled", [78]],
      ["protocol", [39]],
    ] as const
  ).flatMap(([code, numbers]) => numbers.map((number) => [number, code] as const)),
);

/** libvirt has no number of its own for these. */
const TELLING: readonly (readonly [RegExp, Code])[] = [
  [/already exists( with uuid|$)|is already (defined|in use)/, "exists"],
  [/unknown procedure/, "unsupported"],
];

export function meaning({ code, message }: Pick<RemoteError, "code" | "message">): Code {
  const known = MEANING.get(code);
  if (known && known !== "protocol") return known;
  return TELLING.find(([pattern]) => pattern.test(message ?? ""))?.[1] ?? known ?? "refused";
}

/** A daemon's refusal, as a failure with libvirt's words; `cause` is the `RemoteError`. */
export const refusal = (error: RemoteError): Failure =>
  new Failure(meaning(error), error.message ?? `libvirt's error ${error.code}, without a message`, { cause: error });

/** The error of libvirt that a failure stems from, if it does. */
export function remoteErrorOf(failure: unknown): RemoteError | undefined {
  const cause = failure instanceof Failure ? failure.circumstances.cause : undefined;
  return typeof cause === "object" && cause !== null && "int1" in cause ? (cause as RemoteError) : undefined;
}
