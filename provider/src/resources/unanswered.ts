/** Calls that ended without the host's answer. */
import { asFailure } from "../failure";

/** Whether the failure says nothing of what became of the object. */
export const isUnanswered = (error: unknown): boolean =>
  ["cancelled", "connection", "lost", "timeout"].includes(asFailure(error).code);
