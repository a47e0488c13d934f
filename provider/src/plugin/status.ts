/** Failures as gRPC statuses: the engine takes UNKNOWN, INTERNAL and DATA_LOSS to mean that the state may be corrupt. */
import { Metadata, type StatusObject, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { asFailure, type Code } from "../failure";
import type { Properties } from "./resource";
import { encode } from "./wire";

const codes: Record<Code, status> = {
  invalid: status.INVALID_ARGUMENT,
  missing: status.NOT_FOUND,
  exists: status.ALREADY_EXISTS,
  denied: status.PERMISSION_DENIED,
  busy: status.ABORTED,
  refused: status.FAILED_PRECONDITION,
  unsupported: status.FAILED_PRECONDITION,
  timeout: status.DEADLINE_EXCEEDED,
  cancelled: status.CANCELLED,
  connection: status.UNAVAILABLE,
  // Whoever could not tell what became of a call has returned a partial state; what arrives here changed nothing.
  lost: status.UNAVAILABLE,
  protocol: status.FAILED_PRECONDITION,
  defect: status.INTERNAL,
};

/** `clean` takes secrets out of what the user will read. */
export function statusOf(thrown: unknown, clean = (text: string) => text): Partial<StatusObject> {
  const failure = asFailure(thrown);
  return { code: codes[failure.code], details: clean(failure.message) };
}

export interface Partially {
  readonly id: string;
  readonly outputs: Properties;
  readonly inputs?: Properties;
  readonly reasons: readonly string[];
  readonly refreshBeforeUpdate?: boolean;
}
/** The object is there and is not as wanted: the engine saves what the detail says. */
export function partialStatus(
  { id, outputs, inputs, reasons: said, refreshBeforeUpdate }: Partially,
  clean: (text: string) => string,
): Partial<StatusObject> {
  const reasons = said.map(clean);
  const detail = new ErrorResourceInitFailed();
  detail.setId(id);
  detail.setProperties(encode(outputs));
  if (inputs) detail.setInputs(encode(inputs));
  detail.setReasonsList(reasons);
  detail.setRefreshBeforeUpdate(refreshBeforeUpdate === true);
  const any = new Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const whole = new Status();
  whole.setCode(status.FAILED_PRECONDITION);
  whole.setMessage(reasons.join("; "));
  whole.setDetailsList([any]);
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(whole.serializeBinary()));
  return { code: status.FAILED_PRECONDITION, details: reasons.join("; "), metadata };
}
