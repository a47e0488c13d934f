/** What the user reads: lines to the engine, and live text in a resource's own line. */
import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Log } from "./resource";

export interface Messages {
  /** The log of one call; `end` clears its live text. */
  of(urn: string, clean: (text: string) => string): Log & { end(): void };
  close(): void;
}

export function messages(engine: string): Messages {
  const client = new EngineClient(engine, credentials.createInsecure());
  // Lines come in the order in which they were written; a lost one must not fail the work that it tells of.
  let last: Promise<void> = Promise.resolve();
  const send = (urn: string, severity: LogSeverity, message: string, ephemeral: boolean): void => {
    const request = new LogRequest();
    request.setUrn(urn);
    request.setSeverity(severity);
    request.setMessage(message);
    request.setEphemeral(ephemeral);
    last = last.then(() => new Promise<void>((done) => client.log(request, () => done())));
  };
  return {
    of: (urn, clean) => {
      let shown = "";
      const status = (text: string): void => {
        if (text === shown) return;
        shown = text;
        send(urn, LogSeverity.INFO, text, true);
      };
      return {
        status: (text) => status(clean(text)),
        info: (text) => send(urn, LogSeverity.INFO, clean(text), false),
        warn: (text) => send(urn, LogSeverity.WARNING, clean(text), false),
        error: (text) => send(urn, LogSeverity.ERROR, clean(text), false),
        debug: (text) => send(urn, LogSeverity.DEBUG, clean(text), false),
        end: () => status(""),
      };
    },
    close: () => client.close(),
  };
}
