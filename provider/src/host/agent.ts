/** Asks the agent in a guest. */
import { asFailure, Failure } from "../failure";
import { remoteErrorOf } from "../libvirt";
import { brief, type Command, hear, say } from "../qmp";
import type { Host, Limits } from "./host";

/** Seconds that libvirt gives the agent for one command. */
const SECONDS = 5;

export async function askAgent<A extends object, R>(
  call: Host["call"],
  uuid: string,
  command: Command<A, R>,
  args: A,
  about: { object?: string } & Limits,
): Promise<R> {
  const request = { dom: { uuid }, cmd: say(command, args), timeout: SECONDS };
  const { result } = await call("domainAgentCommand", request, about).catch((thrown: unknown) => {
    throw inOwnWords(asFailure(thrown));
  });
  return hear(command, args, result ?? "");
}

/** libvirt passes a guest's words on as they are, and tells by them alone what the guest cannot do. */
function inOwnWords(failure: Failure): Failure {
  if (!remoteErrorOf(failure)) return failure;
  const lacking = /has not been found|has been disabled|not supported by the (guest )?agent/i.test(failure.problem);
  return new Failure(lacking ? "unsupported" : failure.code, brief(failure.problem), failure.circumstances);
}
