/** Starts the provider: the port on stdout at once, everything else while the engine dials. */
import { fstatSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { chunk } from "./chunk";
import type { Serving } from "./plugin";
import type { Provider } from "./plugin/resource";

declare const VERSION: string;

/** An engine that is gone for so long does not come back. */
const forsakenAfter = 10_000;
const engine = process.argv
  .slice(2)
  .find((argument, i, all) => !argument.startsWith("-") && all[i - 1] !== "--tracing");

let serving: Serving | undefined;
const early: Socket[] = [];
let open = 0;
let forsaken: NodeJS.Timeout | undefined;

const listener = createServer({ pauseOnConnect: false }, (connection) => {
  clearTimeout(forsaken);
  open++;
  connection.on("close", () => {
    open--;
    // Without an engine's address somebody attaches by hand, and may do so again.
    if (open === 0 && engine !== undefined) forsaken = setTimeout(end, forsakenAfter);
  });
  if (serving) serving.take(connection);
  else early.push(connection);
});
listener.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${(listener.address() as AddressInfo).port}\n`);
  setImmediate(start);
});

function start(): void {
  const { serve } = chunk<typeof import("./plugin")>(__dirname, "plugin");
  serving = serve(VERSION, async () => chunk<{ load(): Provider }>(__dirname, "provider").load());
  for (const connection of early.splice(0)) serving.take(connection);
}

/** Winds down what is under way, within the five seconds that the engine grants. */
function end(): void {
  setTimeout(() => process.exit(0), 4_000).unref();
  Promise.resolve(serving?.close()).then(
    () => process.exit(0),
    () => process.exit(0),
  );
}
process.on("SIGINT", end);
process.on("SIGTERM", end);
// The engine holds the other end of this pipe: it closes even when the engine is killed.
if (fstatSync(0).isFIFO()) process.stdin.on("end", end).on("error", end).resume();
