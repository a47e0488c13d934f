/** Functions: what a program may ask of a host. */
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Failure } from "../failure";
import { running } from "./answer";
import type { Calls } from "./calls";
import { failureOf } from "./checks";
import type { Provider } from "./resource";
import { decode, encode } from "./wire";

export function functions(under: Calls, provider: () => Promise<Provider>) {
  return {
    invoke: running(
      under,
      (q: rpc.InvokeRequest) => [q.getArgs()],
      async (run, q, clean) => {
        const invocation = (await provider()).invocation(q.getTok());
        if (!invocation) throw new Failure("unsupported", `there is no function ${q.getTok()} in this provider`);
        const { result, failures } = await invocation.invoke(run, decode(q.getArgs()));
        const answer = new rpc.InvokeResponse();
        answer.setReturn(encode(result));
        answer.setFailuresList(failures.map((failure) => failureOf(failure, clean)));
        return answer;
      },
    ),
  };
}
