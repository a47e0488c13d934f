/** Asking a connection for events, and no longer. */
import { asFailure, Failure } from "../failure";
import type { Connection } from "./connection";
import { remoteErrorOf } from "./errors";
import { type EventDeclaration, type EventName, events, SOURCES } from "./events";
import type { CallLimits } from "./limits";

/** Asks for all events of that name. Gives what stops them. */
export async function subscribe(
  connection: Connection,
  name: EventName,
  limits: CallLimits = {},
): Promise<(limits?: CallLimits) => Promise<void>> {
  const { from, id } = events[name];
  const { register, deregister } = SOURCES[from];
  const asked =
    register === "connectDomainMonitorEventRegister"
      ? connection.call(register, {}, limits)
      : connection.call(register, { eventID: id }, limits);
  const { callbackID } = await asked.catch((refused) => {
    throw unknownEvent(name, refused);
  });
  return async (ending = {}) => void (await connection.call(deregister, { callbackID }, ending));
}

/** A daemon has no error of its own for an event that it does not know. */
function unknownEvent(name: EventName, thrown: unknown): Failure {
  const failure = asFailure(thrown);
  const { since }: EventDeclaration = events[name];
  if (!since || !remoteErrorOf(failure)) return failure;
  return new Failure("unsupported", `the host's libvirt has no such event (${failure.problem})`, {
    ...failure.circumstances,
    remedy: `It came with libvirt ${since}: upgrade the host`,
  });
}
