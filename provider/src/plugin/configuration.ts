/** The provider's own configuration: checked, compared and taken. */
import { isDeepStrictEqual } from "node:util";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { known, running, unary } from "./answer";
import type { Calls } from "./calls";
import { checkedBy, checkResponse } from "./checks";
import { unpacked } from "./packed";
import type { Provider } from "./resource";
import { decode } from "./wire";

export function configuration(under: Calls, provider: () => Promise<Provider>) {
  return {
    checkConfig: running(
      under,
      (q: rpc.CheckRequest) => [q.getOlds(), q.getNews()],
      async (run, q, clean) => {
        const news = unpacked(decode(q.getNews()));
        const request = { urn: q.getUrn(), olds: known(q.getOlds()), news };
        const checked = await checkedBy(news, async () => (await provider()).checkConfig(run, request));
        return checkResponse(news, checked, clean);
      },
    ),
    // Neither another URI nor other credentials ever replace what is on the hosts.
    diffConfig: unary((request: rpc.DiffRequest) => {
      const answer = new rpc.DiffResponse();
      const same = isDeepStrictEqual(decode(request.getOldInputs()), decode(request.getNews()));
      answer.setChanges(same ? rpc.DiffResponse.DiffChanges.DIFF_NONE : rpc.DiffResponse.DiffChanges.DIFF_SOME);
      return answer;
    }),
    configure: running(
      under,
      (q: rpc.ConfigureRequest) => [q.getArgs()],
      async (run, q) => {
        const args = unpacked(decode(q.getArgs()));
        under.keep(args);
        await (await provider()).configure(run, args);
        const answer = new rpc.ConfigureResponse();
        answer.setAcceptsecrets(true);
        answer.setSupportspreview(true);
        answer.setAcceptresources(true);
        answer.setAcceptoutputs(true);
        answer.setSupportsAutonamingConfiguration(true);
        return answer;
      },
    ),
  };
}
