/** The calls under way: what each is given, and how all of them end when the user or the engine says so. */
import type { Messages } from "./messages";
import type { Log, Run } from "./resource";

const silent: Log & { end(): void } = {
  status: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  debug: () => {},
  end: () => {},
};

export interface Calls {
  /** `timeout` in seconds, 0 for none. `end` must be called when the answer is ready. */
  begin(urn: string, timeout: number, clean: (text: string) => string): { run: Run; abort(): void; end(): void };
  /** Messages go there from now on; a new engine also forgives an earlier cancel. */
  attach(messages: Messages): void;
  cancel(): void;
  /** Resolves when no call is under way. */
  idle(): Promise<void>;
}

export function calls(): Calls {
  const underWay = new Set<AbortController>();
  const waiting = new Set<() => void>();
  let to: Messages | undefined;
  let cancelled = false;
  return {
    begin: (urn, timeout, clean) => {
      const controller = new AbortController();
      underWay.add(controller);
      if (cancelled) controller.abort();
      const log = to?.of(urn, clean) ?? silent;
      const deadline = timeout > 0 ? Date.now() + timeout * 1000 : undefined;
      return {
        run: { signal: controller.signal, log, deadline },
        abort: () => controller.abort(),
        end: () => {
          log.end();
          underWay.delete(controller);
          if (underWay.size === 0) for (const resolve of waiting) resolve();
        },
      };
    },
    attach: (messages) => {
      to?.close();
      to = messages;
      cancelled = false;
    },
    cancel: () => {
      cancelled = true;
      for (const controller of underWay) controller.abort();
    },
    idle: () => (underWay.size === 0 ? Promise.resolve() : new Promise((resolve) => void waiting.add(resolve))),
  };
}
