/** What the user reads: lines to the engine, and live text in a resource's own line. */
import { credentials, Metadata } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Log } from "./resource";

export interface CallLog extends Log {
  /** Clears the live text; resolves when the engine has all that was said. */
  end(): Promise<void>;
}
export interface Messages {
  /** The log of one call. */
  of(urn: string, clean: (text: string) => string): CallLog;
  close(): void;
}

/** Nobody reads faster, and many resources at once must not flood the engine. */
const statusEvery = 200;
/** An engine that does not take a line for so long has other troubles; the work must not wait for it. */
const patience = 5_000;

export function messages(engine: string): Messages {
  let client: EngineClient | undefined;
  // Made for the first line: a client costs time, and the first answer, which needs none, would wait for it.
  const dialled = (): EngineClient => (client ??= new EngineClient(engine, credentials.createInsecure()));
  const send = (urn: string, severity: LogSeverity, message: string, ephemeral: boolean): Promise<void> => {
    const request = new LogRequest();
    request.setUrn(urn);
    request.setSeverity(severity);
    request.setMessage(message);
    request.setEphemeral(ephemeral);
    // A lost line must not fail the work that it tells of.
    return new Promise((done) =>
      dialled().log(request, new Metadata(), { deadline: Date.now() + patience }, () => done()),
    );
  };
  return { of: (urn, clean) => callLog(send, urn, clean), close: () => client?.close() };
}

function callLog(
  send: (urn: string, severity: LogSeverity, message: string, ephemeral: boolean) => Promise<void>,
  urn: string,
  clean: (text: string) => string,
): CallLog {
  // Lines of one call come in the order in which they were written.
  let last: Promise<void> = Promise.resolve();
  const say = (severity: LogSeverity, message: string, ephemeral = false): void => {
    last = last.then(() => send(urn, severity, message, ephemeral));
  };
  let shown = "";
  let wanted = "";
  let pause: NodeJS.Timeout | undefined;
  const show = (): void => {
    pause = undefined;
    if (wanted === shown) return;
    shown = wanted;
    say(LogSeverity.INFO, shown, true);
    pause = setTimeout(show, statusEvery).unref();
  };
  return {
    status: (text) => {
      wanted = clean(text);
      if (pause === undefined) show();
    },
    info: (text) => say(LogSeverity.INFO, clean(text)),
    warn: (text) => say(LogSeverity.WARNING, clean(text)),
    error: (text) => say(LogSeverity.ERROR, clean(text)),
    debug: (text) => say(LogSeverity.DEBUG, clean(text)),
    end: () => {
      wanted = "";
      clearTimeout(pause);
      show();
      clearTimeout(pause);
      return last;
    },
  };
}
