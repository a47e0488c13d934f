/** A connection to a daemon of bytes, which goes with the test. */
import { type Connection, connection, type Listener } from "../connection";
import type { Hears } from "./answers";
import { type FakeDaemon, fakeDaemon } from "./daemon";

const daemons: FakeDaemon[] = [];
afterEach(async () => {
  for (const daemon of daemons.splice(0)) await daemon.close();
});

/** Starts a daemon that `hears` what it is told, and gives a stream to it. */
export async function dialled(hears: Hears): ReturnType<FakeDaemon["connect"]> {
  const daemon = await fakeDaemon(hears);
  daemons.push(daemon);
  return daemon.connect();
}

export async function connected(hears: Hears, listener: Partial<Listener> = {}): Promise<Connection> {
  return connection(await dialled(hears), { event: () => undefined, ended: () => undefined, ...listener });
}

export const code = (wanted: string) => expect.objectContaining({ code: wanted });
