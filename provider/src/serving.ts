/** Serves the engine: the port on stdout at once, everything else while the engine dials. */
import { fstatSync, readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { chunk } from "./chunk";
import type { Serving } from "./plugin";
import type { Provider } from "./plugin/resource";

declare const VERSION: string;

/** Without a connection for so long, it is asked whether the engine is still there: gRPC closes idle ones itself. */
const forsakenAfter = 10_000;
const engine = process.argv
  .slice(2)
  .find((argument, i, all) => !argument.startsWith("-") && all[i - 1] !== "--tracing");

let serving: Serving | undefined;
const early: Socket[] = [];
let open = 0;
let forsaken: NodeJS.Timeout | undefined;

/** Serves until the engine is gone, or until it is told to end. */
export function serve(): void {
  const listener = createServer({ pauseOnConnect: false }, (connection) => {
    clearTimeout(forsaken);
    open++;
    connection.on("close", () => {
      open--;
      if (open === 0) watch();
    });
    // What breaks on a connection is its session's affair; before there is one, it is nobody's.
    connection.on("error", () => {});
    if (serving) serving.take(connection);
    else early.push(connection);
  });
  listener.listen(0, "127.0.0.1", () => {
    watch();
    process.stdout.write(`${(listener.address() as AddressInfo).port}\n`);
    setImmediate(start);
  });
  process.on("SIGINT", () => end());
  process.on("SIGTERM", () => end());
  // What nobody caught ends the provider, but not before the calls under way have told the state of their objects.
  process.on("uncaughtException", (error) => {
    process.stderr.write(`${error.stack ?? String(error)}\n`);
    end(1);
  });
  // The engine holds the other end of this pipe: it closes even when the engine is killed. Node's own pipes are sockets.
  const stdin = fstatSync(0);
  if (stdin.isFIFO() || (stdin.isSocket() && engine !== undefined))
    process.stdin
      .on("end", () => end())
      .on("error", () => end())
      .resume();
}

function start(): void {
  const { serve } = chunk<typeof import("./plugin")>(__dirname, "plugin");
  serving = serve({
    version: VERSION,
    schema: async () => readFileSync(join(__dirname, "schema.json"), "utf8"),
    load: async () => chunk<{ load(): Provider }>(__dirname, "provider").load(),
  });
  for (const connection of early.splice(0)) serving.take(connection);
}

/** Ends the provider when no engine listens any more. Without an engine's address somebody attaches by hand, again and again. */
function watch(): void {
  const [host, port] = engine?.split(/:(?=\d+$)/) ?? [];
  if (!host || !port) return;
  clearTimeout(forsaken);
  forsaken = setTimeout(() => {
    const probe = connect(Number(port), host, () => {
      probe.destroy();
      if (open === 0) watch();
    });
    probe.on("error", () => end());
  }, forsakenAfter);
}

/** Winds down what is under way, within the five seconds that the engine grants. */
function end(code = 0): void {
  setTimeout(() => {
    process.stderr.write("what was under way did not end within four seconds\n");
    process.exit(code);
  }, 4_000).unref();
  Promise.resolve(serving?.close()).then(
    () => process.exit(code),
    () => process.exit(code),
  );
}
