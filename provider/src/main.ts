/** What is asked for: a command of a user's, or, as the engine asks, a provider that serves. */
import { chunk } from "./chunk";
import { serve } from "./serving";

const [command, ...args] = process.argv.slice(2);
if (command === "convert" || command === "render") {
  const { main } = chunk<typeof import("./commands")>(__dirname, "commands");
  void main(command, args);
} else serve();
