/** The types that follow from declarations; `tsc` is the test. */
import type { Of } from "../vocabulary";
import type { configuration, Disk, Domain, Interface, Volume } from ".";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): T | undefined => undefined;

holds<Equal<Disk["device"], "disk" | "cdrom" | "floppy" | "lun" | undefined>>();
holds<Equal<Disk["volume"], string | undefined>>();
holds<Equal<Domain["memory"], string | undefined>>();
holds<Equal<Domain["agent"], boolean | undefined>>();
holds<Equal<Domain["metadata"], Record<string, string> | undefined>>();
holds<
  Equal<
    NonNullable<Interface["source"]>["mode"],
    "vepa" | "bridge" | "private" | "passthrough" | "server" | "client" | undefined
  >
>();
holds<Equal<NonNullable<Interface["direct"]>["dev"], string | undefined>>();
holds<Equal<NonNullable<NonNullable<Domain["waitFor"]>["addressSources"]>, ("lease" | "arp" | "agent")[]>>();
holds<Equal<NonNullable<Of<typeof configuration>["hosts"]>[string]["uri"], string | undefined>>();
holds<Equal<NonNullable<Volume["source"]>["via"], "host" | "client" | undefined>>();

export const deep: Domain = {
  memory: "2GiB",
  disks: [
    { file: "/x" },
    {
      type: "network",
      source: { protocol: "rbd", hosts: [{ name: "a" }] },
      backingStore: { backingStore: { type: "file" } },
    },
  ],
  cpu: { topology: { cores: 2 } },
};
// @ts-expect-error a word that it may not be
export const wrongWord: Disk = { device: "cd" };
// @ts-expect-error a property that there is not
export const wrongName: Disk = { driver: { chache: "none" } };
// @ts-expect-error a wrong type deep inside
export const wrongType: Domain = { disks: [{ backingStore: { backingStore: { type: 3 } } }] };
