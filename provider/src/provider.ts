/** Wires configuration, hosts and resources into the plugin; it knows how none of them works. */
import { Failure } from "./failure";
import { type Hosts, openHosts, uriFault } from "./host";
import { configuration } from "./model";
import type {
  Bag,
  Checked,
  CheckFailure,
  Invocation,
  Path,
  Properties,
  Provider,
  Resource,
  Value,
} from "./plugin/resource";
import type { Context } from "./resources/context";
import { domain } from "./resources/domain";
import { getDomain } from "./resources/functions/getDomain";
import { getHost } from "./resources/functions/getHost";
import { checkDeclared, secretsOf } from "./resources/inputs";
import { mintOwner } from "./resources/mint";
import { named } from "./resources/named";
import { network } from "./resources/network";
import { nwfilter } from "./resources/nwfilter";
import { replacements } from "./resources/owner";
import { pool } from "./resources/pool";
import { secret } from "./resources/secret";
import { volume } from "./resources/volume";
import { unknown } from "./unknown";

export function load(): Provider {
  let hosts: Hosts | undefined;
  let owner: string | undefined;
  const configured = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Failure("refused", "the provider is not configured yet");
    return value;
  };
  const context: Context = {
    hosts: () => configured(hosts),
    owner: () => configured(owner),
    planned: new Set(),
    adopted: new Set(),
    replacements: replacements(),
  };
  const resources = new Map<string, Resource>([
    ["kvm:index:Domain", named("domain", domain(context))],
    ["kvm:index:Volume", named("volume", volume(context))],
    ["kvm:index:Pool", named("pool", pool(context))],
    ["kvm:index:Network", named("network", network(context))],
    ["kvm:index:NwFilter", named("nwfilter", nwfilter(context))],
    ["kvm:index:Secret", named("secret", secret(context))],
  ]);
  const invocations = new Map<string, Invocation>([
    ["kvm:index:getDomain", getDomain(context)],
    ["kvm:index:getHost", getHost(context)],
  ]);
  return {
    checkConfig: async (_run, { urn, olds, news }) => checkConfig(urn, olds, news),
    configure: async (_run, args) => {
      owner = String(args.values["owner"] ?? mintOwner(""));
      hosts = openHosts(hostsOf(args.values));
    },
    resource: (token) => resources.get(token),
    invocation: (token) => invocations.get(token),
    close: async () => hosts?.close(),
  };
}

/** What the engine itself, told by an SDK, puts beside the program's configuration. */
const ENGINES = ["version", "pluginDownloadURL"];

/** The engine shows a property's value beside its fault, secrets in it too: these faults name it in their words. */
const UNSHOWN: Path = [];

function checkConfig(urn: string, olds: Properties | undefined, news: Properties): Checked {
  const configured = Object.fromEntries(Object.entries(news.values).filter(([key]) => !ENGINES.includes(key)));
  const failures = checkDeclared(configuration, { ...news, values: configured });
  const { uri, hosts, owner } = news.values;
  if (uri !== undefined && hosts !== undefined)
    failures.push({
      property: UNSHOWN,
      reason: "`uri` and `hosts` exclude each other: give the one host's URI, or several hosts by name",
    });
  if (hosts === unknown || Object.values((hosts ?? {}) as Bag).includes(unknown))
    failures.push({
      property: UNSHOWN,
      reason:
        "`hosts` must be known before the update; a host that this program makes gets a provider of its own, with `uri`",
    });
  failures.push(...uriFaults(news.values));
  const values: Bag = { ...news.values, owner: owner ?? olds?.values["owner"] ?? mintOwner(urn) };
  return { inputs: { values, secrets: secretsOf(configuration, values, news.secrets) }, failures };
}

/** libvirt's own variable. */
const DEFAULT_URI = "LIBVIRT_DEFAULT_URI";

/** A wrong URI is the provider's fault: found later it would be that of each of its resources. */
function uriFaults({ uri, hosts }: Bag): CheckFailure[] {
  if (hosts === undefined && uri === undefined) return faultsOf(DEFAULT_URI, process.env[DEFAULT_URI] || undefined);
  if (typeof hosts !== "object" || hosts === null) return faultsOf("uri", uri);
  const named = Object.entries(hosts as Bag);
  if (named.length === 0)
    return [{ property: UNSHOWN, reason: "`hosts` names no host: give one, or leave it out and give `uri`" }];
  return named.flatMap(([key, host]) => faultsOf(`hosts.${key}.uri`, (host as Bag | null)?.["uri"]));
}

function faultsOf(name: string, uri: Value | undefined): CheckFailure[] {
  const fault = typeof uri === "string" ? uriFault(uri) : undefined;
  return fault === undefined ? [] : [{ property: UNSHOWN, reason: `\`${name}\`: ${fault}` }];
}

type Settings = Parameters<typeof openHosts>[0];
/** One host by its URI (libvirt's own variable, then its own default, where none is given), or several by name. */
function hostsOf({ hosts, uri, ssh, tls, auth, readonly }: Bag): Settings {
  if (hosts !== undefined) return hosts as unknown as Settings;
  const only = { uri: String(uri ?? (process.env[DEFAULT_URI] || "qemu:///system")), ssh, tls, auth, readonly };
  return { "": only } as unknown as Settings;
}
