/** A resource's life: check, diff, create, read, update, delete, and the list of those that are there. */
import { isDeepStrictEqual } from "node:util";
import type { ServerWritableStream } from "@grpc/grpc-js";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { asFailure, Failure } from "../failure";
import { known, NotAsWanted, readable, running, whole } from "./answer";
import type { Calls } from "./calls";
import { checkedBy, checkResponse } from "./checks";
import { differenceOf } from "./difference";
import { listInto } from "./list";
import type { CheckRequest, Provider, Resource } from "./resource";
import { statusOf } from "./status";
import { decode, encode } from "./wire";

const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";
async function resourceOf(provider: () => Promise<Provider>, token: string): Promise<Resource> {
  const resource = (await provider()).resource(token);
  if (!resource) throw new Failure("unsupported", `there is no resource ${token} in this provider`);
  return resource;
}

/** Somebody may have deleted it on the host since the last look. */
function goneMeanwhile(error: unknown): never {
  const failure = asFailure(error);
  if (failure.code !== "missing") throw failure;
  throw failure.in({
    remedy: "If it is gone from the host, `pulumi refresh` sees that, and the next `pulumi up` makes it anew",
  });
}

export function lifecycle(under: Calls, provider: () => Promise<Provider>) {
  const of = (request: { getUrn(): string }): Promise<Resource> => resourceOf(provider, typeOf(request.getUrn()));
  return {
    check: running(
      under,
      (q: rpc.CheckRequest) => [q.getOlds(), q.getNews()],
      async (run, q, clean) => {
        const news = decode(q.getNews());
        const naming = q.getAutonaming();
        const modes = ["propose", "enforce", "disable"] as const;
        const autonaming: CheckRequest["autonaming"] = naming && {
          mode: modes[naming.getMode()] ?? "propose",
          proposed: naming.getProposedName(),
        };
        const request = {
          urn: q.getUrn(),
          name: q.getName(),
          olds: known(q.getOlds()),
          news,
          autonaming,
        };
        return checkResponse(news, await checkedBy(news, async () => (await of(q)).check(run, request)), clean);
      },
    ),
    diff: running(
      under,
      (q: rpc.DiffRequest) => [q.getOldInputs(), q.getNews()],
      async (run, q) => {
        const request = {
          urn: q.getUrn(),
          id: q.getId(),
          // Half of a state, of which most differences need nothing.
          get oldOutputs() {
            return decode(q.getOlds());
          },
          oldInputs: decode(q.getOldInputs()),
          news: decode(q.getNews()),
          ignoreChanges: q.getIgnorechangesList(),
        };
        return differenceOf(await (await of(q)).diff(run, request));
      },
    ),
    create: running(
      under,
      (q: rpc.CreateRequest) => [q.getProperties()],
      async (run, q) => {
        const request = {
          urn: q.getUrn(),
          name: q.getName(),
          inputs: decode(q.getProperties()),
          preview: q.getPreview(),
        };
        const created = await (await of(q)).create(run, request);
        whole(created.id, created);
        const answer = new rpc.CreateResponse();
        answer.setId(created.id);
        answer.setProperties(encode(created.outputs));
        answer.setRefreshBeforeUpdate(created.refreshBeforeUpdate === true);
        return answer;
      },
    ),
    read: running(
      under,
      (q: rpc.ReadRequest) => [q.getInputs(), q.getProperties()],
      async (run, q) => {
        const [inputs, outputs] = [known(q.getInputs()), known(q.getProperties())];
        // A program's `.get` sends what it says beside the id as both, or as a state without inputs.
        const isGet = !inputs || isDeepStrictEqual(inputs, outputs);
        const said = isGet ? { inputs: outputs, outputs: undefined } : { inputs, outputs };
        const request = { urn: q.getUrn(), name: q.getName(), id: q.getId(), ...said };
        const got = await (await of(q)).read(run, request);
        const answer = new rpc.ReadResponse();
        if (!got) return answer;
        if (got.reasons?.length) throw new NotAsWanted({ ...got, reasons: got.reasons });
        answer.setId(got.id);
        answer.setInputs(encode(got.inputs));
        answer.setProperties(encode(got.outputs));
        return answer;
      },
    ),
    update: running(
      under,
      (q: rpc.UpdateRequest) => [q.getOlds(), q.getOldInputs(), q.getNews()],
      async (run, q) => {
        const request = {
          urn: q.getUrn(),
          name: q.getName(),
          id: q.getId(),
          oldOutputs: decode(q.getOlds()),
          oldInputs: decode(q.getOldInputs()),
          news: decode(q.getNews()),
          ignoreChanges: q.getIgnorechangesList(),
          preview: q.getPreview(),
        };
        const updated = await (await of(q)).update(run, request).catch(goneMeanwhile);
        whole(q.getId(), updated);
        const answer = new rpc.UpdateResponse();
        answer.setProperties(encode(updated.outputs));
        answer.setRefreshBeforeUpdate(updated.refreshBeforeUpdate === true);
        return answer;
      },
    ),
    delete: running(
      under,
      (q: rpc.DeleteRequest) => [q.getProperties(), q.getOldInputs()],
      async (run, q) => {
        const request = {
          urn: q.getUrn(),
          name: q.getName(),
          id: q.getId(),
          inputs: decode(q.getOldInputs()),
          outputs: decode(q.getProperties()),
        };
        await (await of(q)).delete(run, request);
        return new Empty();
      },
    ),
    list: (call: ServerWritableStream<rpc.ListRequest, rpc.ListResponse>) => {
      const { run, clean, abort, end } = under.begin("", 0, () => readable(call.request.getQuery()));
      call.on("cancelled", abort);
      resourceOf(provider, call.request.getToken())
        .then((resource) => listInto(call, run, resource))
        .then(
          () => call.end(),
          (thrown) => call.emit("error", statusOf(thrown, clean)),
        )
        .finally(end);
    },
  };
}
