/**
 * The host's neighbour table, read by a command. libvirt before 10.2 cannot read it on kernels that end a netlink dump
 * in its last packet; it says `wrong nlmsg len` there.
 */

import { Failure } from "../../../failure";
import type { Host } from "../../../host/host";
import type { Found } from "./addresses";

/** Waits of many machines share one look. */
const fresh = 900;
const patience = 10_000;
const looks = new WeakMap<Host, { readonly at: number; readonly table: Promise<readonly Found[]> }>();

export const unreadable = (failure: Failure): boolean => /wrong nlmsg len/.test(failure.problem);

export function neighbours(host: Host): Promise<readonly Found[]> {
  const last = looks.get(host);
  if (last && Date.now() - last.at < fresh) return last.table;
  const table = read(host);
  looks.set(host, { at: Date.now(), table });
  return table;
}

async function read(host: Host): Promise<readonly Found[]> {
  // Others wait for it too: it does not end with the wait of whoever asked first.
  const { code, stdout } = await host.run(["ip", "-j", "neigh", "show"], { deadline: Date.now() + patience });
  if (code !== 0) throw new Failure("unsupported", "cannot be read on this host");
  return parseNeighbours(stdout.toString());
}

/** What `ip -j neigh` prints. Neighbours that did not answer have no MAC. */
export function parseNeighbours(json: string): Found[] {
  const entries: unknown = JSON.parse(json.trim() || "[]");
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry: unknown): Found[] => {
    const { dst, lladdr, state } = (typeof entry === "object" && entry !== null ? entry : {}) as Record<
      string,
      unknown
    >;
    const failed = Array.isArray(state) && state.includes("FAILED");
    return typeof dst === "string" && typeof lladdr === "string" && !failed ? [{ mac: lladdr, address: dst }] : [];
  });
}
