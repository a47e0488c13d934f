/** A daemon that listens at a TCP port: nothing is encrypted, and commands cannot be run there. */
import { connect, type Socket } from "node:net";
import { Failure } from "../failure";
import { attempt } from "./attempt";
import type { Limits, Session } from "./session";
import type { Address } from "./uri";

const PORT = 16509;
/** How long a host may take to answer, in ms. */
const PATIENCE = 30_000;
/** Silence after which the operating system asks whether the peer lives, in ms; Node gives it up 10 s later. */
const SILENCE = 4000;

export const tcp = (address: Address): Session => dialled((limits) => reach(address, PORT, limits));

/** A way that is only a matter of dialling: each stream is a connection of its own. */
export function dialled(open: (limits: Limits) => Promise<Socket>): Session {
  let alive = true;
  return {
    get alive() {
      return alive;
    },
    open: ({ signal, deadline = Number.POSITIVE_INFINITY } = {}) =>
      open({ signal, deadline: Math.min(deadline, Date.now() + PATIENCE) }),
    close: () => {
      alive = false;
    },
  };
}

/** Where the daemon listens, for messages. */
export const placeOf = ({ host, port }: Address, usual: number): string => `${host} port ${port ?? usual}`;

/** Connects to the address's port, or to the usual one. */
export function reach(address: Address, usual: number, limits: Limits): Promise<Socket> {
  const { host, transport, port = usual } = address;
  const place = placeOf(address, usual);
  return attempt(place, limits, (done, failed) => {
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: SILENCE });
    socket.once("connect", () => done(socket.removeAllListeners("error")));
    socket.once("error", (cause: NodeJS.ErrnoException) =>
      failed(
        new Failure("connection", `${place} cannot be reached over ${transport} (${cause.message || cause.code})`, {
          remedy: `Check the host's name and port, that it is up, and that its libvirt listens there (\`${SOCKETS[transport]}\`, or \`libvirtd --listen\`)`,
          cause,
        }),
      ),
    );
    return () => socket.on("error", () => undefined).destroy();
  });
}

/** What systemd calls the unit that listens. */
const SOCKETS: Readonly<Partial<Record<Address["transport"], string>>> = {
  tcp: "systemctl start libvirtd-tcp.socket",
  tls: "systemctl start libvirtd-tls.socket",
};
