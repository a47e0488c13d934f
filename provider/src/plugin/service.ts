/** Pulumi's provider protocol, whole: every RPC, over one provider. */
import { type sendUnaryData, status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { calls } from "./calls";
import { configuration } from "./configuration";
import { functions } from "./functions";
import { introductions } from "./introductions";
import { lifecycle } from "./lifecycle";
import type { Provider } from "./resource";

export interface Service {
  readonly implementation: UntypedServiceImplementation;
  /** Ends what is under way and closes the provider. */
  close(): Promise<void>;
}

/** `load` is called when the first RPC that needs more than a name has come. */
export function service(version: string, load: () => Promise<Provider>): Service {
  const underWay = calls();
  let loading: Promise<Provider> | undefined;
  const provider = (): Promise<Provider> => (loading ??= load());
  return {
    implementation: {
      ...introductions(version, underWay, provider),
      ...configuration(underWay, provider),
      ...lifecycle(underWay, provider),
      ...functions(underWay, provider),
      ...unimplemented("parameterize", "call", "construct"),
    } as unknown as UntypedServiceImplementation,
    close: async () => {
      underWay.cancel();
      await underWay.idle();
      underWay.attach(undefined);
      await (await loading)?.close();
    },
  };
}

const unimplemented = (...names: string[]) =>
  Object.fromEntries(
    names.map((name) => [
      name,
      (_call: unknown, callback: sendUnaryData<unknown>) =>
        callback({ code: status.UNIMPLEMENTED, details: `${name} is not part of this provider` }),
    ]),
  );
