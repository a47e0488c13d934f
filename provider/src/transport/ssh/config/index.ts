/** `~/.ssh/config` and its like: what ssh_config(5) says of a host. */
export { commandLines } from "./commands";
export { matches } from "./patterns";
export { type Settings, settings } from "./settings";
