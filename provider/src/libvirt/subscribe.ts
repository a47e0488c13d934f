/** Asking a connection for events, and no longer. */
import type { Connection } from "./connection";
import { type EventName, events, SOURCES } from "./events";
import type { CallLimits } from "./limits";

/** Asks for all events of that name. Gives what stops them. */
export async function subscribe(
  connection: Connection,
  name: EventName,
  limits: CallLimits = {},
): Promise<(limits?: CallLimits) => Promise<void>> {
  const { from, id } = events[name];
  const { register, deregister } = SOURCES[from];
  const { callbackID } =
    register === "connectDomainMonitorEventRegister"
      ? await connection.call(register, {}, limits)
      : await connection.call(register, { eventID: id }, limits);
  return async (ending = {}) => void (await connection.call(deregister, { callbackID }, ending));
}
