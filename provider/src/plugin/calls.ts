/** The calls under way: what each is given, and how all of them end when the user or the engine says so. */
import type { CallLog, Messages } from "./messages";
import type { Properties, Run } from "./resource";
import { scrubber } from "./secrets";

const silent: CallLog = {
  status: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  debug: () => {},
  end: () => Promise.resolve(),
};

export interface Call {
  readonly run: Run;
  /** Takes the secrets of this call and of the configuration out of a text. */
  clean(text: string): string;
  abort(): void;
  /** Resolves when the user has read all that the call said: only then may it be answered. */
  told(): Promise<void>;
  /** Must be called when the answer is given. */
  end(): void;
}
export interface Calls {
  /** `timeout` in seconds, 0 for none; `held` are the properties whose secrets must not be told. */
  begin(urn: string, timeout: number, held: () => readonly Properties[]): Call;
  /** Secrets of the configuration may turn up in what any later call says. */
  keep(configuration: Properties): void;
  /** Messages go there from now on; a new engine also forgives an earlier cancel. */
  attach(messages: Messages | undefined): void;
  cancel(): void;
  /** Resolves when no call is under way. */
  idle(): Promise<void>;
}

/** A signal that is made when somebody asks for it: most calls are answered before anybody does. */
interface Interruption {
  readonly signal: AbortSignal;
  abort(): void;
}
function interruption(): Interruption {
  let controller: AbortController | undefined;
  let aborted = false;
  return {
    get signal() {
      controller ??= new AbortController();
      if (aborted) controller.abort();
      return controller.signal;
    },
    abort: () => {
      aborted = true;
      controller?.abort();
    },
  };
}

export function calls(): Calls {
  const underWay = new Set<Interruption>();
  const waiting = new Set<() => void>();
  const kept: Properties[] = [];
  let to: Messages | undefined;
  let cancelled = false;
  return {
    begin: (urn, timeout, held) => {
      const one = interruption();
      underWay.add(one);
      if (cancelled) one.abort();
      const clean = scrubber(() => [...kept, ...held()]);
      const log = to?.of(urn, clean) ?? silent;
      const deadline = timeout > 0 ? Date.now() + timeout * 1000 : undefined;
      return {
        run: {
          get signal() {
            return one.signal;
          },
          log,
          deadline,
        },
        clean,
        // The library says `cancelled` of every stream that closes, long answered ones too.
        abort: () => {
          if (underWay.has(one)) one.abort();
        },
        told: () => log.end(),
        end: () => {
          underWay.delete(one);
          if (underWay.size === 0) for (const resolve of waiting) resolve();
        },
      };
    },
    keep: (configuration) => void kept.push(configuration),
    attach: (messages) => {
      to?.close();
      to = messages;
      cancelled = false;
    },
    cancel: () => {
      cancelled = true;
      for (const one of underWay) one.abort();
    },
    idle: () => (underWay.size === 0 ? Promise.resolve() : new Promise((resolve) => void waiting.add(resolve))),
  };
}
