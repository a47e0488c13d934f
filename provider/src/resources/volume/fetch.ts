/** A download that the host itself does: the image never passes through the user's machine. */
import { asFailure, Failure } from "../../failure";
import type { Host, Limits, Ran } from "../../host/host";
import { checkDigest, parseChecksum } from "../../images/checksum";
import { HEADER_BYTES } from "../../images/qcow2";
import type { Log } from "../../plugin/resource";
import { unreachable } from "./content";
import { compressionIn, quoted, type Source, withoutSecrets } from "./source";

type Command = readonly [string, ...string[]];

/** Seconds of silence after which a server is given up. */
const PATIENCE = "60";
interface Tool {
  readonly name: string;
  readonly command: (path: string) => Command;
  /** The URL as the tool reads it from stdin: on a command line its password would be there for every user of the host to see. */
  readonly input: (url: string) => string;
}
/** The same with each: the URL's bytes in the file, progress on stdout, the reason of a failure as the last line. */
const tools: readonly Tool[] = [
  {
    name: "curl",
    command: (path) => [
      "curl",
      ...["--fail", "--location", "--globoff", "--show-error", "--progress-bar"],
      ...["--stderr", "-", "--config", "-", "--output", path],
      ...["--connect-timeout", PATIENCE, "--speed-time", PATIENCE, "--speed-limit", "1"],
    ],
    input: (url) => `url = "${url.replace(/["\\]/g, "\\$&")}"\n`,
  },
  {
    name: "wget",
    command: (path) => ["wget", "--no-verbose", "--timeout", PATIENCE, "--output-document", path, "--input-file", "-"],
    input: (url) => `${url}\n`,
  },
  { name: "python3", command: (path) => ["python3", "-c", PYTHON, path, PATIENCE], input: (url) => url },
];
const PYTHON = `
import base64, shutil, sys, urllib.parse, urllib.request
try:
    url = urllib.parse.urlsplit(sys.stdin.read())
    user, _, place = url.netloc.rpartition("@")
    request = urllib.request.Request(url._replace(netloc=place).geturl())
    if user:
        said = base64.b64encode(urllib.parse.unquote(user).encode()).decode()
        request.add_unredirected_header("Authorization", "Basic " + said)
    with urllib.request.urlopen(request, timeout=int(sys.argv[2])) as answer, open(sys.argv[1], "wb") as file:
        shutil.copyfileobj(answer, file, 1 << 20)
except Exception as problem:
    sys.exit(str(problem))
`;
/** What a shell or ssh says of a command that is not there. */
const notThere = 127;

export interface Fetch {
  readonly host: Host;
  readonly source: Source & { readonly url: string };
  /** A file on the host, to be filled. */
  readonly path: string;
  readonly object: string;
  readonly log: Log;
  readonly limits: Limits;
}

/** Fills the file with the URL's contents, checked and decompressed. Returns their first bytes. */
export async function fetchOnHost(fetch: Fetch): Promise<Uint8Array> {
  const { host, source, path, object, log } = fetch;
  await download(fetch);
  if (source.checksum) {
    log.status("checking the checksum");
    const expected = parseChecksum(source.checksum);
    const { stdout } = await ran(fetch, [`${expected.algorithm}sum`, "--", path]);
    const digest = /^\\?([0-9a-f]+)/.exec(stdout.toString())?.[1] ?? "";
    try {
      checkDigest(digest, expected, object);
    } catch (error) {
      throw asFailure(error).in({ host: host.name });
    }
  }
  const compression = compressionIn(source, source.url);
  if (compression) {
    log.status("decompressing");
    await decompress(fetch, compression);
  }
  // What could not be read must not pass for an image without a header.
  return (await ran(fetch, ["head", "-c", String(HEADER_BYTES), "--", path])).stdout;
}

async function download(fetch: Fetch): Promise<void> {
  const { host, source, path, limits, log, object } = fetch;
  const from = withoutSecrets(source.url);
  log.status(`the host fetches ${from}`);
  const onOutput = (chunk: Buffer): void => {
    const percent = /(\d+(?:\.\d)?)%(?![\s\S]*%)/.exec(chunk.toString())?.[1];
    if (percent) log.status(`the host fetches ${from}: ${percent} %`);
  };
  for (const tool of tools) {
    const input = Buffer.from(tool.input(source.url));
    const result = await host.run(tool.command(path), { ...limits, input, onOutput }).catch(absent);
    if (!result || result.code === notThere) continue;
    if (result.code === 0) return;
    const reason = lastLine(result);
    if (/writ|No space/i.test(reason))
      throw new Failure("refused", `\`${tool.name}\` failed: ${quoted(reason, source.url)}`);
    throw unreachable(source.url, reason).in({ object, host: host.name });
  }
  throw new Failure(
    "unsupported",
    `the host has none of ${tools.map(({ name }) => name).join(", ")} to fetch a URL with`,
    {
      object,
      host: host.name,
      remedy: "Install one of them there, or set `via: client`, so that the image goes through this machine",
    },
  );
}
/** On this machine a missing program is an error of its own. */
function absent(error: unknown): undefined {
  if (asFailure(error).code !== "unsupported") throw error;
}

const suffixes = { gz: "gzip", xz: "xz", zst: "zstd", bz2: "bzip2" } as const;
/** Each of them replaces FILE.gz by FILE. */
async function decompress(fetch: Fetch, compression: keyof typeof suffixes): Promise<void> {
  const packed = `${fetch.path}.${compression}`;
  const program = suffixes[compression];
  await ran(fetch, ["mv", "-f", "--", fetch.path, packed]);
  const flags = program === "zstd" ? ["-d", "-f", "--rm"] : ["-d", "-f"];
  try {
    await ran(fetch, [program, ...flags, "--", packed]);
  } catch (error) {
    await fetch.host.run(["rm", "-f", "--", packed]).catch(() => undefined);
    throw error;
  }
}

/** A command that must succeed. */
export async function ran(
  { host, object, limits }: Pick<Fetch, "host" | "object" | "limits">,
  command: Command,
): Promise<Ran> {
  const result = await host.run(command, limits);
  if (result.code === 0) return result;
  const missing = result.code === notThere;
  throw new Failure(missing ? "unsupported" : "refused", `\`${command[0]}\` failed: ${lastLine(result)}`, {
    object,
    host: host.name,
    ...(missing ? { remedy: `Install ${command[0]} on the host` } : {}),
  });
}

/** Progress bars are lines too, but the reason comes last. */
const lastLine = ({ stdout, stderr, code }: Ran): string =>
  `${stdout.toString()}\n${stderr}`
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^[#\s\d.%O=-]*$/.test(line))
    .at(-1) ?? `it ended with ${code}`;
