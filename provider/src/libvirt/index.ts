/** libvirt's RPC protocol. A connection lives once: whoever wants another dials again. */

export type { Credentials } from "./auth/credentials";
export type { Connection, Listener } from "./connection";
export { download } from "./download";
export { remoteErrorOf } from "./errors";
export { type EventName, type EventOf, events } from "./events";
export { open } from "./open";
export { type Arguments, asksGuest, type ProcedureName, procedure, type Results } from "./procedures";
export type { Piece } from "./stream";
export { subscribe } from "./subscribe";
export { upload } from "./upload";
