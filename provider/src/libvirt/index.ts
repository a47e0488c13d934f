/** libvirt's RPC protocol. A connection lives once: whoever wants another dials again. */
export type { Connection, Listener } from "./connection";
export { remoteErrorOf } from "./errors";
export { type EventName, type EventOf, events } from "./events";
export { open } from "./open";
export { type Arguments, type ProcedureName, procedure, type Results } from "./procedures";
export { download, type Piece, upload } from "./streams";
