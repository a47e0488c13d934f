/** Connections side by side for calls that take their time. */
import type { Connection } from "../libvirt";
import type { Limits } from "./host";
import { gate } from "./limits";
import type { Line, Lines } from "./lines";
import { persist } from "./persist";

/** A daemon works on five requests of one client and then stops reading, pings included (`max_client_requests`): one less, so that it always hears us. */
export const CALLS_EACH = 4;

/** A connection of others that some calls may go over while one for them is being opened: a host far away would be waited for twice more. */
export interface Lender {
  readonly line: Line;
  /** How many more it takes. */
  left: number;
}

interface Room {
  readonly atOnce?: number;
  readonly meanwhile?: Lender;
}

/** Does some work on the connection that has least to do; `most` connections are made, each when those before it are full. */
export function lanes(lines: Lines, most: number, { atOnce = most * CALLS_EACH, meanwhile }: Room = {}) {
  const enter = gate(atOnce);
  const open: { readonly line: Line; calls: number }[] = [];
  const emptiest = () => {
    const least = open.reduce<(typeof open)[number] | undefined>(
      (a, b) => (a && a.calls <= b.calls ? a : b),
      undefined,
    );
    if (least && (least.calls < CALLS_EACH || open.length === most)) return least;
    const fresh = { line: lines.line({ keepalive: true }), calls: 0 };
    open.push(fresh);
    return fresh;
  };

  const connect = ({ line }: { readonly line: Line }): void => void line.get({}).catch(() => undefined);
  const through = async <T>(work: (line: Line) => Promise<T>): Promise<T> => {
    const lane = emptiest();
    if (meanwhile && meanwhile.left > 0 && meanwhile.line.ready() && !lane.line.ready()) {
      connect(lane);
      meanwhile.left--;
      return work(meanwhile.line).finally(() => meanwhile.left++);
    }
    lane.calls++;
    return work(lane.line).finally(() => lane.calls--);
  };

  return {
    /** Connects before there is work, so that the first does not wait for it. What goes wrong then is told to that one. */
    open: (): void => connect(emptiest()),
    do: async <T>(limits: Limits, reads: boolean, work: (connection: Connection) => Promise<T>): Promise<T> => {
      const leave = await enter(limits);
      try {
        return await through((line) => persist(line, limits, reads, work));
      } finally {
        leave();
      }
    },
  };
}
