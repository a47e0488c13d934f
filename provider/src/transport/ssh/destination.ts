/** Whom to log in to, with all that was said of it: by the provider's options, the URI, and ssh_config(5). */
import { Failure } from "../../failure";
import type { Limits } from "../session";
import { type Address, parseUri, withoutSecrets } from "../uri";
import { type Settings, settings } from "./config";
import type { SshOptions } from "./options";

export interface Destination {
  /** As messages name it: `alpha port 22`. */
  readonly label: string;
  readonly settings: Settings;
  readonly options: SshOptions;
  readonly parameters: Address["parameters"];
}

export async function destination(
  { host, user, port, parameters }: Pick<Address, "host" | "user" | "port" | "parameters">,
  options: SshOptions,
  limits: Limits = {},
): Promise<Destination> {
  const asked = { host, user: options.user ?? user, port: options.port ?? port };
  const said = await settings(asked, options.configFile, limits);
  const { meaning } = said;
  const place = `${meaning.host} port ${meaning.port}`;
  const label = meaning.host === host ? place : `${host} (${place})`;
  return { label, settings: said, options, parameters };
}

/** The hosts to go through to a destination, first to last; the files are asked of each. */
export async function hopsTo(
  { settings: said, options }: Destination,
  limits: Limits,
): Promise<readonly Destination[]> {
  const { jumpHosts, proxyJump } = options;
  if (jumpHosts !== undefined && proxyJump !== undefined)
    throw new Failure("invalid", "`proxyJump` and `jumpHosts` both say through which hosts to go", {
      remedy: "Leave one of them out",
    });
  // What is not about one host holds for all of them.
  const { knownHosts, agent, configFile } = options;
  const common = { knownHosts, agent, configFile };
  if (jumpHosts)
    return Promise.all(
      jumpHosts.map(({ host, ...login }) => destination({ host, parameters: {} }, { ...common, ...login }, limits)),
    );
  const text = proxyJump ?? (said.proxyCommand === undefined ? said.proxyJump : undefined);
  if (text === undefined || text.toLowerCase() === "none") return [];
  const { privateKey, passphrase } = options;
  return Promise.all(
    text.split(",").map((hop) => destination(hopOf(hop.trim()), { ...common, privateKey, passphrase }, limits)),
  );
}

/** `user@host:port`, or an `ssh://` URI, as ProxyJump takes them. */
function hopOf(text: string): Pick<Address, "host" | "user" | "port" | "parameters"> {
  try {
    const { host, user, port } = parseUri(`jump+ssh://${text.replace(/^ssh:\/\//, "").replace(/\/$/, "")}/`);
    return { host, parameters: {}, ...(user ? { user } : {}), ...(port ? { port } : {}) };
  } catch (cause) {
    throw new Failure("invalid", `"${withoutSecrets(text)}" names no host to jump through`, {
      remedy: "It looks like `user@bastion.example:22`, several are parted by commas",
      cause,
    });
  }
}
