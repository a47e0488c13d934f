/**
 * libvirt's remote procedures as data. Numbers, structures and names are those of its protocol
 * (`src/remote/remote_protocol.x` and `qemu_protocol.x`, where nothing ever changes once released), in camelCase.
 *
 * In JavaScript:
 * - a UUID is text with dashes, in lower case;
 * - everything of 64 bits is read as a `bigint`, and written from a `bigint` or a whole number;
 * - what libvirt declares an int but means as a yes or no is a boolean;
 * - `flags` need not be given (0), nor `needResults` (1), nor what may be absent;
 * - of a domain, pool or network that is an argument the UUID is enough, of a volume its pool's name and its own.
 */
import { connectionProcedures } from "./procedures/connection";
import type { Procedure } from "./procedures/declare";
import { domainProcedures } from "./procedures/domain";
import { domainJobsProcedures } from "./procedures/domainJobs";
import { domainSaveProcedures } from "./procedures/domainSave";
import { domainStatsProcedures } from "./procedures/domainStats";
import { domainTuningProcedures } from "./procedures/domainTuning";
import { eventsProcedures } from "./procedures/events";
import { guestProcedures } from "./procedures/guest";
import { interfaceProcedures } from "./procedures/interface";
import { migrationProcedures } from "./procedures/migration";
import { networkProcedures } from "./procedures/network";
import { nodeProcedures } from "./procedures/node";
import { nodeDeviceProcedures } from "./procedures/nodeDevice";
import { nwfilterProcedures } from "./procedures/nwfilter";
import { pointsProcedures } from "./procedures/points";
import { qemuProcedures } from "./procedures/qemu";
import { secretProcedures } from "./procedures/secret";
import { storageProcedures } from "./procedures/storage";
import type { InOf, OutOf } from "./xdr";

export { PROGRAM, type Procedure } from "./procedures/declare";

export const procedures = {
  ...connectionProcedures,
  ...nodeProcedures,
  ...domainProcedures,
  ...domainTuningProcedures,
  ...domainJobsProcedures,
  ...domainSaveProcedures,
  ...domainStatsProcedures,
  ...guestProcedures,
  ...pointsProcedures,
  ...migrationProcedures,
  ...storageProcedures,
  ...networkProcedures,
  ...nwfilterProcedures,
  ...secretProcedures,
  ...nodeDeviceProcedures,
  ...interfaceProcedures,
  ...eventsProcedures,
  ...qemuProcedures,
} as const;

export type ProcedureName = keyof typeof procedures;
/** What a procedure takes. */
export type Arguments<N extends ProcedureName> = InOf<(typeof procedures)[N]["args"]>;
/** What a procedure gives. */
export type Results<N extends ProcedureName> = OutOf<(typeof procedures)[N]["ret"]>;

/** The declaration of that name, with its types tied together (which TypeScript cannot infer through an index). */
export const procedure = <N extends ProcedureName>(name: N): Procedure<Arguments<N>, Results<N>> =>
  procedures[name] as unknown as Procedure<Arguments<N>, Results<N>>;

/** Whether it is a guest that answers, which may hang. */
export function asksGuest<N extends ProcedureName>(name: N, args: Arguments<N>): boolean {
  const { guest } = procedure(name);
  return typeof guest === "function" ? guest(args) : guest;
}
