/** The words in which procedures are declared. */
import type { Feature } from "../features";
import { struct, type Type } from "../xdr";

export const PROGRAM = { remote: 0x20008086, qemu: 0x20008087, keepalive: 0x6b656570 } as const;

export interface Procedure<A = never, R = unknown> {
  /** One of `PROGRAM`. */
  readonly program: number;
  readonly number: number;
  readonly args: Type<unknown, A>;
  readonly ret: Type<R, never>;
  /** It changes nothing: it can be asked again. */
  readonly reads: boolean;
  /** It may have to wait for a guest, a disk, or another's job; what does not is answered from the daemon's memory. */
  readonly waits: boolean | ((args: A) => boolean);
  /** It may take minutes: it copies, formats, or waits for a guest. */
  readonly slow: boolean;
  /** It is the guest that answers, which may hang. */
  readonly guest: boolean | ((args: A) => boolean);
  /** It opens a stream: bytes go `up` to the host or come `down` from it. */
  readonly stream?: "up" | "down";
  /** The first libvirt that has it, where 9.0 has not. */
  readonly since?: string;
  /** How daemons that lack a feature want the arguments. */
  readonly older?: { readonly lacking: Feature; readonly args: (args: A) => A };
}

type Facts<A> = Partial<Pick<Procedure<A>, "since" | "older" | "waits" | "guest">>;

function declarations(program: number) {
  const declare =
    (kind: { reads: boolean; waits: boolean; slow: boolean; stream?: "up" | "down" }) =>
    <A, R>(number: number, args: Type<unknown, A>, ret: Type<R, never>, facts: Facts<A> = {}): Procedure<A, R> => ({
      program,
      number,
      args,
      ret,
      guest: false,
      ...kind,
      ...facts,
    });
  return {
    /** Answered at once. */
    ask: declare({ reads: true, waits: false, slow: false }),
    /** Changes nothing, but may have to wait. */
    probe: declare({ reads: true, waits: true, slow: false }),
    act: declare({ reads: false, waits: true, slow: false }),
    long: declare({ reads: false, waits: true, slow: true }),
    send: declare({ reads: false, waits: true, slow: true, stream: "up" }),
    receive: declare({ reads: false, waits: true, slow: true, stream: "down" }),
  };
}

export const { ask, probe, act, long, send, receive } = declarations(PROGRAM.remote);
export const qemu = declarations(PROGRAM.qemu);
export const none = struct({});
