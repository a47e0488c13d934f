/** Fewer, larger writes. */
import { connect, type Socket } from "node:net";

/** A connection to sshd. */
export const dialled = (host: string, port: number): Socket => gathered(connect({ host, port, noDelay: true }));

/**
 * Sends what is written in one turn of the event loop as one piece. ssh2 writes every packet of 32 KiB
 * by itself, which costs a system call each: half of an upload's time.
 */
function gathered(socket: Socket): Socket {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  let waiting = false;
  const release = () => {
    waiting = false;
    socket.uncork();
  };
  socket.write = (...args: unknown[]) => {
    if (!waiting) {
      waiting = true;
      socket.cork();
      process.nextTick(release);
    }
    return write(...args);
  };
  return socket;
}
