/** What every daemon answers while a connection is opened. */
import { type Header, TYPE } from "../frame";
import type { Caller } from "./daemon";

export type Hears = (caller: Caller, header: Header, body: Buffer) => unknown;

/** Answers what opens a connection; true when it did. */
export function connectionAnswers(caller: Caller, header: Header): boolean {
  if (header.type !== TYPE.call) return false;
  switch (header.procedure) {
    case 66:
      caller.reply(header, "authList", { types: [] });
      return true;
    case 60:
      caller.reply(header, "connectSupportsFeature", { supported: true });
      return true;
    case 1:
      caller.reply(header, "connectOpen", {});
      return true;
    default:
      return false;
  }
}
