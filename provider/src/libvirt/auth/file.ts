/** libvirt's file of credentials (`auth.conf`): which host uses which, and what they are. */
import { Failure } from "../../failure";
import type { Credentials } from "./credentials";

type Group = ReadonlyMap<string, string>;

/** What the file says for that host, or for all hosts; nothing if it says nothing. */
export function credentialsFor(text: string, path: string, host: string): Credentials {
  const groups = groupsIn(text);
  const service = [`auth-libvirt-${host}`, "auth-libvirt-default"].find((name) => groups.has(name));
  if (service === undefined) return {};
  const name = groups.get(service)?.get("credentials");
  const group = groups.get(`credentials-${name}`);
  if (!group)
    throw new Failure("invalid", `${path}: [${service}] names no credentials that are there`, {
      remedy: "It needs a line `credentials=NAME`, and a group `[credentials-NAME]` with `authname` and `password`",
    });
  return { username: group.get("authname") ?? group.get("username"), password: group.get("password") };
}

/** The groups of a key file, as GLib reads it: no quotes, no comments behind values. */
function groupsIn(text: string): ReadonlyMap<string, Group> {
  const groups = new Map<string, Map<string, string>>();
  let group = new Map<string, string>();
  for (const line of text.split("\n")) {
    const header = /^\s*\[([^\]]+)\]\s*$/.exec(line)?.[1];
    if (header !== undefined) {
      group = groups.get(header) ?? new Map();
      groups.set(header, group);
    }
    const [, key, value] = /^\s*([^#=\s][^=]*?)\s*=\s*(.*?)\r?$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) group.set(key, unescaped(value));
  }
  return groups;
}

const ESCAPES: Readonly<Record<string, string>> = { s: " ", n: "\n", t: "\t", r: "\r", "\\": "\\" };
const unescaped = (value: string): string =>
  value.replaceAll(/\\(.)/g, (whole, letter: string) => ESCAPES[letter] ?? whole);
