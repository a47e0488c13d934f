/** What is asked for: a command of a user's, or, as the engine asks, a provider that serves. */
import { chunk } from "./chunk";
import { serve } from "./serving";

const [command = "", ...args] = process.argv.slice(2);
// The engine gives flags of its own and where it listens; whoever attaches by hand gives nothing.
if (/^([a-z]+|-h|--help|--version)$/.test(command)) {
  const { main } = chunk<typeof import("./commands")>(__dirname, "commands");
  void main(command, args);
} else serve();
