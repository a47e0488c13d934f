/** What does not change while a connection lives: asked once. */
import { asFailure } from "../failure";
import type { Arguments, ProcedureName, Results } from "../libvirt";
import type { Identity } from "./host";

/** Remembers answers by what was asked, until they are forgotten; a failure is not remembered. */
export function memory() {
  let answers = new Map<string, Promise<unknown>>();
  return {
    forget: () => {
      answers = new Map();
    },
    recall<T>(question: string, ask: () => Promise<T>): Promise<T> {
      const known = answers.get(question) as Promise<T> | undefined;
      if (known) return known;
      const asked = ask();
      const mine = answers;
      mine.set(question, asked);
      asked.catch(() => mine.delete(question));
      return asked;
    },
  };
}

type Ask = <N extends ProcedureName>(name: N, args: Arguments<N>) => Promise<Results<N>>;

export async function identityOf(ask: Ask, capabilities: Promise<string>): Promise<Identity> {
  const [xml, library, hypervisor, host, driver] = await Promise.all([
    capabilities,
    ask("connectGetLibVersion", {}),
    ask("connectGetVersion", {}).catch(noVersion),
    ask("connectGetHostname", {}),
    ask("connectGetUri", {}),
  ]);
  return {
    uuid: /<host>[\s\S]*?<uuid>([^<]*)<\/uuid>/.exec(xml)?.[1] ?? "",
    libvirt: version(library.libVer),
    hypervisor: version(hypervisor.hvVer),
    driver: driver.uri.split(/[:+]/)[0] ?? "",
    hostname: host.hostname,
  };
}

/** Some drivers have no hypervisor with a version. */
function noVersion(thrown: unknown): { hvVer: bigint } {
  const failure = asFailure(thrown);
  if (failure.code === "lost" || failure.code === "timeout") throw failure;
  return { hvVer: 0n };
}

/** libvirt counts versions as major × 1,000,000 + minor × 1,000 + release. */
const version = (number: bigint): string => `${number / 1_000_000n}.${(number / 1000n) % 1000n}.${number % 1000n}`;
