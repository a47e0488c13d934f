/** How a call becomes an answer: with what it is given to run, and with every failure as a status. */
import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Call, Calls } from "./calls";
import type { Created, Properties, Run } from "./resource";
import { type Partially, partialStatus, statusOf } from "./status";
import { decode } from "./wire";

type Unary<Q, A> = (call: ServerUnaryCall<Q, A>, callback: sendUnaryData<A>) => void;

/** Whatever is thrown becomes an answer: the engine would wait for one for ever. */
export function unary<Q, A>(work: (request: Q) => Promise<A> | A): Unary<Q, A> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => work(call.request))
      .then(
        (answer) => callback(null, answer),
        (thrown) => callback(statusOf(thrown)),
      );
  };
}

/** The same with what a call is given; `held` are properties whose secrets must not be told. */
export function running<Q extends object, A>(
  under: Calls,
  held: (request: Q) => readonly (Struct | undefined)[],
  work: (run: Run, request: Q, clean: Call["clean"]) => Promise<A>,
): Unary<Q, A> {
  return (call, callback) => {
    const { request } = call;
    const { run, clean, abort, told, end } = under.begin(text(request, "getUrn"), number(request, "getTimeout"), () =>
      held(request).flatMap(readable),
    );
    call.on("cancelled", abort);
    Promise.resolve()
      .then(() => work(run, request, clean))
      .then(
        async (answer) => {
          await told();
          callback(null, answer);
        },
        async (thrown) => {
          await told();
          callback(thrown instanceof NotAsWanted ? partialStatus(thrown.outcome, clean) : statusOf(thrown, clean));
        },
      )
      .finally(end);
  };
}
/** What cannot be read has failed for that already, and has no secret that anything could tell. */
export function readable(struct: Struct | undefined): Properties[] {
  try {
    return [decode(struct)];
  } catch {
    return [];
  }
}
/** Not every request is about one resource, or has a deadline. */
const asked = (request: object, getter: string): unknown =>
  (request as Readonly<Record<string, (() => unknown) | undefined>>)[getter]?.call(request);
const text = (request: object, getter: string): string => String(asked(request, getter) ?? "");
const number = (request: object, getter: string): number => Number(asked(request, getter) ?? 0);

/** An outcome that the protocol tells as an error: the object is there, but not as wanted. */
export class NotAsWanted extends Error {
  constructor(readonly outcome: Partially) {
    super("the object is not as wanted");
  }
}
export function whole(id: string, { outputs, reasons, refreshBeforeUpdate }: Omit<Created, "id">): void {
  if (!reasons?.length) return;
  throw new NotAsWanted({ id, outputs, reasons, refreshBeforeUpdate: refreshBeforeUpdate === true });
}

/** Properties that were sent; none and an empty set are the same on the wire of some engines. */
export const known = (struct: Struct | undefined): Properties | undefined =>
  struct?.getFieldsMap().getLength() ? decode(struct) : undefined;
