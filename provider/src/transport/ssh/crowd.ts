/** One login for the caller, as many as it takes for the host: sshd lets each session run ten commands at a time (MaxSessions), or fewer. */
import { asFailure, Failure } from "../../failure";
import { attempt } from "../attempt";
import type { Limits } from "../session";
import type { Login } from "./login";

/** Half of the ten: one that has just ended counts until sshd has read our goodbye. */
const COMMANDS_EACH = 5;

interface Member {
  readonly login: Login;
  busy: number;
  /** How many it runs at a time, as far as it is known. */
  room: number;
  /** A command has run in it. */
  proven: boolean;
}
const member = (login: Login): Member => ({ login, busy: 0, room: COMMANDS_EACH, proven: false });

export function crowd(first: Login, another: () => Promise<Login>): Login {
  let members: readonly Member[] = [member(first)];
  let joining: Promise<void> | undefined;
  let closed = false;

  const join = async (): Promise<void> => {
    const login = await another();
    if (closed) login.close();
    members = [...members.filter((each) => each.login.alive), member(login)];
  };
  /** One with room, other than those that were tried. */
  const enter = async (tried: ReadonlySet<Member>, limits: Limits): Promise<Member> => {
    for (;;) {
      const found = members.find((each) => each.login.alive && each.busy < each.room && !tried.has(each));
      if (found) return found;
      if (closed) throw new Failure("cancelled", "the ssh session is being closed");
      joining ??= join().finally(() => {
        joining = undefined;
      });
      const joined = joining;
      await attempt("another login of the same user", limits, (done, failed) => {
        joined.then(done, (thrown) => failed(asFailure(thrown)));
        return () => undefined;
      });
    }
  };
  /** Does it in a login that has room; where sshd opens no more, in the next. `leave` says that the command has ended. */
  const by = async <T>(limits: Limits, work: (login: Login, leave: () => void) => Promise<T>): Promise<T> => {
    const tried = new Set<Member>();
    for (;;) {
      const taken = await enter(tried, limits);
      taken.busy++;
      const leave = () => {
        taken.busy--;
      };
      try {
        const result = await work(taken.login, leave);
        taken.proven = true;
        return result;
      } catch (failure) {
        leave();
        const full = asFailure(failure).code === "busy" && (taken.proven || taken.busy > 0);
        if (!full) throw failure;
        taken.room = Math.max(taken.busy, 1);
        tried.add(taken);
      }
    }
  };

  const { forward } = first;
  return {
    get alive() {
      return first.alive;
    },
    username: first.username,
    ...(forward ? { forward } : {}),
    start: (command, limits = {}) =>
      by(limits, async (login, leave) => {
        const started = await login.start(command, limits);
        void started.ended.then(leave);
        return started;
      }),
    run: (command, options = {}) =>
      by(options, async (login, leave) => {
        const ran = await login.run(command, options);
        leave();
        return ran;
      }),
    close: () => {
      closed = true;
      for (const { login } of members) login.close();
    },
  };
}
