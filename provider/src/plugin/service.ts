/** Pulumi's provider protocol, whole: every RPC, over one provider. */
import { type sendUnaryData, status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { calls } from "./calls";
import { configuration } from "./configuration";
import { functions } from "./functions";
import { introductions } from "./introductions";
import { lifecycle } from "./lifecycle";
import type { Package, Provider } from "./resource";

export interface Service {
  readonly implementation: UntypedServiceImplementation;
  /** Ends what is under way and closes the provider. */
  close(): Promise<void>;
}

export function service({ version, schema, load }: Package): Service {
  const underWay = calls();
  let loading: Promise<Provider> | undefined;
  const provider = (): Promise<Provider> => (loading ??= load());
  return {
    implementation: {
      ...introductions(version, schema, underWay),
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
