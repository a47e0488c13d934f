/** A host for tests, which answers calls from a table and remembers them. */
import { Failure } from "../../failure";
import type { Host, Limits } from "../../host/host";
import type { Run } from "../../plugin/resource";

type Args = Readonly<Record<string, unknown>>;
type Answer = (args: Args, limits: Limits) => unknown;

export interface FakeHost {
  readonly host: Host;
  /** In their order; one that is cancelled under way is done all the same, as on a real host. */
  readonly calls: (readonly [procedure: string, args: Args])[];
  readonly names: () => string[];
}

/** Procedures without an answer are answered with nothing. */
export function fakeHost(answers: Readonly<Record<string, Answer>>): FakeHost {
  const calls: [string, Args][] = [];
  const call = async (procedure: string, args: Args, limits: Limits = {}): Promise<unknown> => {
    limits.signal?.throwIfAborted();
    calls.push([procedure, args]);
    const answer = await answers[procedure]?.(args, limits);
    limits.signal?.throwIfAborted();
    return answer ?? {};
  };
  const identity = async () => ({
    uuid: "h",
    libvirt: "9.0.0",
    hypervisor: "7.2.0",
    driver: "qemu",
    hostname: "alpha",
  });
  return {
    host: { name: "alpha", call, identity, anticipate: () => undefined } as unknown as Host,
    calls,
    names: () => calls.map(([procedure]) => procedure),
  };
}

/** A run that ends when `stop` says so, and keeps what it warned of. */
export function fakeRun(): { readonly run: Run; readonly stop: () => void; readonly warnings: string[] } {
  const warnings: string[] = [];
  const ends = new AbortController();
  const quiet = (): void => undefined;
  const log = {
    status: quiet,
    info: quiet,
    warn: (text: string) => void warnings.push(text),
    error: quiet,
    debug: quiet,
  };
  return { run: { signal: ends.signal, deadline: undefined, log }, stop: () => ends.abort(cancelled()), warnings };
}
const cancelled = (): Failure => new Failure("cancelled", "cancelled by the user");
