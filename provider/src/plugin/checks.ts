/** What a check found, as the protocol tells it: each fault on its property. */
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Failure } from "../failure";
import { propertyPath } from "../path";
import type { Call } from "./calls";
import type { Checked, CheckFailure, Properties } from "./resource";
import { encode } from "./wire";

/** A check that throws what is wrong with one property tells it as the others are told. */
export async function checkedBy(news: Properties, check: () => Promise<Checked>): Promise<Checked> {
  try {
    return await check();
  } catch (thrown) {
    if (!(thrown instanceof Failure) || !thrown.circumstances.property) throw thrown;
    return { inputs: news, failures: [{ property: thrown.circumstances.property, reason: thrown.message }] };
  }
}
export function checkResponse(
  news: Properties,
  { inputs, failures }: Checked,
  clean: Call["clean"],
): rpc.CheckResponse {
  const answer = new rpc.CheckResponse();
  answer.setInputs(encode(inputs));
  answer.setFailuresList(
    failures.map((failure) => {
      const told = failureOf(failure, clean);
      if (!isShown(failure, news)) told.setProperty("");
      return told;
    }),
  );
  return answer;
}

/**
 * The engine prints a fault's property with the value that its inputs hold under the whole path as one key: `{<nil>}` for what
 * is nested or absent, Go's dump of a list, a secret as it is. There the reason alone says which property it is.
 */
function isShown({ property: [name, ...inside] }: CheckFailure, { values, secrets }: Properties): boolean {
  if (typeof name !== "string" || inside.length > 0 || secrets.some(([key]) => key === name)) return false;
  return ["string", "number", "boolean"].includes(typeof values[name]);
}
/** The reason is a sentence of its own: the engine says of a resource's property that it has a problem, and of a function's nothing. */
export function failureOf({ property, reason }: CheckFailure, clean: Call["clean"]): rpc.CheckFailure {
  const failure = new rpc.CheckFailure();
  const path = propertyPath(property);
  failure.setProperty(path);
  failure.setReason(clean(`${path} ${reason}`.trim()));
  return failure;
}
