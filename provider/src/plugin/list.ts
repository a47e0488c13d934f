/** `List`: a stream of what there is, in pages when the engine asks for pages. */
import type { ServerWritableStream } from "@grpc/grpc-js";
import { type ListRequest, ListResponse } from "@pulumi/pulumi/proto/provider_pb";
import { hasUnknown } from "../unknown";
import type { Resource, Run } from "./resource";
import { decode } from "./wire";

type Stream = ServerWritableStream<ListRequest, ListResponse>;

export async function listInto(call: Stream, run: Run, resource: Resource): Promise<void> {
  const query = decode(call.request.getQuery());
  if (hasUnknown(query.values)) return send(call, run, (answer) => answer.setComputed(new ListResponse.Computed()));
  // The token is how many were given before; the order of a listing does not change by itself.
  const given = Number(call.request.getContinuationToken()) || 0;
  const most = call.request.getLimit() > 0 ? call.request.getLimit() : Number.POSITIVE_INFINITY;
  const end = call.request.getPageSize() > 0 ? given + call.request.getPageSize() : Number.POSITIVE_INFINITY;
  let at = 0;
  for await (const { id, name } of resource.list(run, query)) {
    if (run.signal.aborted || at >= most) return;
    if (at >= end) {
      const continuation = new ListResponse.Continuation();
      continuation.setContinuationToken(String(at));
      return send(call, run, (answer) => answer.setContinuation(continuation));
    }
    if (at++ < given) continue;
    const result = new ListResponse.Result();
    result.setId(id);
    result.setName(name);
    await send(call, run, (answer) => answer.setResult(result));
  }
}

/** Resolves when there is room for the next, or nobody wants it any more. */
async function send(call: Stream, { signal }: Run, fill: (answer: ListResponse) => void): Promise<void> {
  const answer = new ListResponse();
  fill(answer);
  if (call.write(answer) || signal.aborted) return;
  await new Promise<void>((go) => {
    call.once("drain", () => go());
    signal.addEventListener("abort", () => go(), { once: true });
  });
}
