/** One login for the caller, as many as it takes for the host: sshd lets each session run ten commands at a time (MaxSessions). */
import type { Duplex } from "node:stream";
import type { Login } from "./login";

/** Half of the ten: one that has just ended counts until sshd has read our goodbye. */
const COMMANDS_EACH = 5;

interface Member {
  readonly login: Login;
  busy: number;
}

export function crowd(first: Login, another: () => Promise<Login>): Login {
  const members: Member[] = [{ login: first, busy: 0 }];
  let joining: Promise<Member> | undefined;

  const join = async (): Promise<Member> => {
    const member = { login: await another(), busy: 0 };
    members.push(member);
    return member;
  };
  /** One with room, which is taken until the function that comes with it is called. */
  const enter = async (): Promise<{ login: Login; leave: () => void }> => {
    let member = members.find(({ login, busy }) => login.alive && busy < COMMANDS_EACH);
    while (!member) {
      joining ??= join().finally(() => {
        joining = undefined;
      });
      const joined = await joining;
      if (joined.busy < COMMANDS_EACH) member = joined;
    }
    const taken = member;
    taken.busy++;
    return { login: taken.login, leave: () => taken.busy-- };
  };

  const forward = first.forward;
  return {
    get alive() {
      return first.alive;
    },
    username: first.username,
    ...(forward ? { forward: (path: string): Promise<Duplex | Error> => forward(path) } : {}),
    start: async (command, limits) => {
      const { login, leave } = await enter();
      try {
        const started = await login.start(command, limits);
        started.ended.then(leave);
        return started;
      } catch (failure) {
        leave();
        throw failure;
      }
    },
    run: async (command, options) => {
      const { login, leave } = await enter();
      try {
        return await login.run(command, options);
      } finally {
        leave();
      }
    },
    close: () => {
      for (const { login } of members) login.close();
    },
  };
}
