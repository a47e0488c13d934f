/** A server that speaks Pulumi's provider protocol over connections that somebody else accepts. */
import type { Socket } from "node:net";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { definition } from "./definition";
import type { Package } from "./resource";
import { service } from "./service";

export interface Serving {
  take(connection: Socket): void;
  close(): Promise<void>;
}

export function serve(served: Package): Serving {
  const { implementation, close } = service(served);
  // The engine's own limit; the library's default of 4 MiB is less than a large stack's inputs.
  const server = new Server({
    "grpc.max_receive_message_length": 400 * 1024 * 1024,
    "grpc.max_send_message_length": -1,
    // Statistics of each connection and call, which nobody asks this server for.
    "grpc.enable_channelz": 0,
  });
  server.addService(definition, implementation);
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const open = new Set<Promise<void>>();
  return {
    take: (connection) => {
      const closed = new Promise<void>((done) => connection.once("close", () => done()));
      open.add(closed);
      void closed.then(() => open.delete(closed));
      injector.injectConnection(connection);
    },
    close: async () => {
      await close();
      // The last answers are on their way until the connections have ended. The library's own callback sometimes never
      // comes when the engine hangs up at the same moment.
      server.tryShutdown(() => undefined);
      await Promise.all(open);
    },
  };
}
