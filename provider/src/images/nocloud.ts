/** The files of a NoCloud disc: what cloud-init finds on a volume labelled `cidata`. */

/** The label by which cloud-init knows the disc. */
export const NOCLOUD_LABEL = "cidata";

export interface NoCloud {
  readonly userData?: string | undefined;
  /** YAML or JSON; instance id and host name are added where it does not say them. */
  readonly metaData?: string | undefined;
  readonly networkConfig?: string | undefined;
  readonly vendorData?: string | undefined;
  /** What cloud-init runs once for: a new one is a new machine to it. */
  readonly instanceId: string;
  readonly localHostname: string;
}

/** Contents by file name; user-data and meta-data are always there, since cloud-init wants both. */
export function nocloud(given: NoCloud): Record<string, Buffer> {
  const defaults = { "instance-id": given.instanceId, "local-hostname": given.localHostname };
  const files = {
    "user-data": given.userData ?? "",
    "meta-data": withDefaults(given.metaData ?? "", defaults),
    "network-config": given.networkConfig,
    "vendor-data": given.vendorData,
  };
  return Object.fromEntries(
    Object.entries(files).flatMap(([name, text]) => (text === undefined ? [] : [[name, Buffer.from(text)]])),
  );
}

function withDefaults(text: string, defaults: Readonly<Record<string, string>>): string {
  if (text.trimStart().startsWith("{")) return withJsonDefaults(text, defaults);
  const missing = Object.entries(defaults).filter(([key]) => !new RegExp(`^(["']?)${key}\\1[ \\t]*:`, "m").test(text));
  // A JSON string is a YAML scalar too, whatever is in it.
  const lines = missing.map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`).join("");
  const [start = ""] = /^(?:#.*\n|\s*\n)*---[ \t]*\n/.exec(text) ?? [];
  return `${start}${lines}${text.slice(start.length)}`;
}

function withJsonDefaults(text: string, defaults: Readonly<Record<string, string>>): string {
  try {
    return JSON.stringify({ ...defaults, ...JSON.parse(text) });
  } catch {
    return text; // YAML's flow style: the user's to complete
  }
}
