/** Channels of an ssh session. */
import type { ClientChannel } from "ssh2";
import type { Failure } from "../../failure";
import { attempt } from "../attempt";
import type { Limits } from "../session";

/** How ssh2 is asked for one, and what it says. */
type Ask = (told: (error: Error | undefined, channel: ClientChannel) => void) => void;

export interface Wanted<T> {
  /** For the message: what does not answer. */
  readonly place: string;
  readonly ask: Ask;
  /** What is done with it, before anything that came along with it is passed on. */
  readonly use: (channel: ClientChannel) => T;
  readonly refused: (cause: Error) => Failure;
  readonly late?: () => Failure;
}

/** Opens one; a host that gives it after it was given up sees it closed. */
export const channel = <T>({ place, ask, use, refused, late }: Wanted<T>, limits: Limits): Promise<T> =>
  attempt(
    place,
    limits,
    (done, failed) => {
      let left = false;
      try {
        ask((error, opened) => {
          if (error) failed(refused(error));
          else if (left) opened.on("error", () => undefined).close();
          else done(use(opened));
        });
      } catch (cause) {
        failed(refused(cause as Error)); // ssh2 throws when the session is gone.
      }
      return () => {
        left = true;
      };
    },
    late,
  );

/** Whether sshd itself said no, on a session that goes on. */
export const isRefusal = (cause: Error & { reason?: unknown }): boolean => cause.reason !== undefined;
