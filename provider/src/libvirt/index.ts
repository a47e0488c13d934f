/** libvirt's RPC protocol. A connection lives once: whoever wants another dials again. */
export type { EventName, EventOf } from "./events";
export type { Arguments, ProcedureName, Results } from "./procedures";
