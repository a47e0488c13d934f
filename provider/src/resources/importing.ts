/** The command by which an object that is there already comes into the stack: users copy it out of messages. */
import type { Host } from "../host/host";
import type { Context } from "./context";

/** `name` is the resource's in the program, `id` the object's; with several hosts it says on which one. */
export function importLine(context: Context, token: string, name: string, host: Host, id: string): string {
  const named = context.hosts().names.length > 0 ? `${host.name}:${id}` : id;
  return `\`pulumi import ${token} ${word(name)} ${word(named)}\``;
}
/** One word of a shell. */
const word = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
