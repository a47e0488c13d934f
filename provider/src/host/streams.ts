/** Connections for bulk data: each carries one stream at a time and is kept for the next. */

import type { Arguments, ProcedureName } from "../libvirt";
import { type Connection, download, type Piece, upload } from "../libvirt";
import { type Alive, guard } from "./guard";
import type { Limits } from "./host";
import { gate } from "./limits";
import type { Line, Lines } from "./lines";

/** Lets `atOnce` streams of a driver through at a time; `alive` tells whether the host still answers elsewhere. */
export function bulk(lines: Lines, atOnce: number, alive: Alive, driver?: string) {
  const enter = gate(atOnce);
  const idle: Line[] = [];

  /** Lends a connection that nothing else uses. */
  const borrow = async (limits: Limits): Promise<{ connection: Connection; giveBack: () => void }> => {
    const leave = await enter(limits);
    const line = idle.pop() ?? lines.line({ keepalive: false, ...(driver && { driver }) });
    try {
      const connection = await line.get(limits);
      const unguard = guard(connection, alive);
      return {
        connection,
        giveBack: () => {
          unguard();
          idle.push(line);
          leave();
        },
      };
    } catch (failure) {
      leave();
      throw failure;
    }
  };

  return {
    async upload<N extends ProcedureName>(
      name: N,
      args: Arguments<N>,
      source: AsyncIterable<Piece>,
      limits: Limits,
    ): Promise<void> {
      const { connection, giveBack } = await borrow(limits);
      try {
        await upload(connection, name, args, source, limits);
      } finally {
        giveBack();
      }
    },
    async *download<N extends ProcedureName>(
      name: N,
      args: Arguments<N>,
      limits: Limits,
    ): AsyncGenerator<Piece, void, undefined> {
      const { connection, giveBack } = await borrow(limits);
      try {
        yield* download(connection, name, args, limits);
      } finally {
        giveBack();
      }
    },
  };
}
