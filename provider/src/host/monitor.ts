/** Asks the QEMU of a domain, in its own language. */
import { type Command, hear, say } from "../qmp";
import type { Host, Limits } from "./host";

export async function askMonitor<A extends object, R>(
  call: Host["call"],
  uuid: string,
  command: Command<A, R>,
  args: A,
  about: { object?: string } & Limits,
): Promise<R> {
  const { result } = await call("domainMonitorCommand", { dom: { uuid }, cmd: say(command, args) }, about);
  return hear(command, args, result);
}
