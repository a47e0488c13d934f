/** What a call and a connection cost: pipelined, one by one beside virsh, and the way in beside `ssh HOST true`. */
import { type Host, openHosts } from "../../provider/src/host";
import { type Cost, median, pairs, spent, summary } from "./pairs";
import { run, setting, ssh, virsh } from "./peers";

const CALLS = 20_000;
const ONE_BY_ONE = 2000;
const NAME = "bench-calls";
const XML = `<domain type='qemu'><name>${NAME}</name><memory unit='MiB'>64</memory><os><type>hvm</type></os></domain>`;

const lookup = (host: Host) => host.call("domainLookupByName", { name: NAME });
const over = (ours: number, theirs: number): number => ours / theirs;

async function pipelined(host: Host): Promise<void> {
  const rates: number[] = [];
  for (let round = 0; round < 5; round++) {
    const { wall } = await spent(() => Promise.all(Array.from({ length: CALLS }, () => lookup(host))));
    rates.push(CALLS / wall);
  }
  console.log(
    `pipelined look-ups over ssh: ${Math.round(median(rates))} calls/s (at least 8000), the median of ${rates.map(Math.round).join(" ")}`,
  );
}

async function oneByOne(host: Host): Promise<void> {
  const each = async (): Promise<Cost> => {
    const { wall, cpu } = await spent(async () => {
      for (let i = 0; i < ONE_BY_ONE; i++) await lookup(host);
    });
    return { wall: (wall * 1000) / ONE_BY_ONE, cpu };
  };
  // What virsh takes to connect and to end is taken away by a session of half as many.
  const commands = (count: number) => Array.from({ length: count }, () => `domuuid ${NAME}`);
  const theirs = async (): Promise<Cost> => {
    const [whole, half] = [virsh(commands(2 * ONE_BY_ONE)), virsh(commands(ONE_BY_ONE))];
    return { wall: ((whole.wall - half.wall) * 1000) / ONE_BY_ONE, cpu: 0 };
  };
  const { ours, theirs: peer, ratio, ratios } = summary(await pairs(5, each, theirs), "wall", over);
  console.log(
    `one by one: ${ours.toFixed(3)} ms a call against virsh over ssh: ${peer.toFixed(3)} ms: ${ratio.toFixed(2)}x (at most 1.3x), the median of ${ratios}`,
  );
}

/** From nothing to the first answer, each host by itself and all at once. */
const connecting = (uris: readonly string[]): Promise<Cost> =>
  spent(async () => {
    const hosts = openHosts(Object.fromEntries(uris.map((uri, i) => [`host${i}`, { uri }])));
    await Promise.all(hosts.names.map((name) => hosts.get(name).call("connectGetHostname", {})));
    await hosts.close();
  });

async function connect(): Promise<void> {
  const [alpha, beta] = [setting("KVM_URI"), setting("KVM_URI_BETA")];
  // The daemon's own open is what the same client takes to it without ssh, less what a client without a daemon takes.
  const open =
    run(`tests/lab/on.sh alpha virsh -q -c qemu:///system hostname`).wall -
    run(`tests/lab/on.sh alpha virsh -q -c test:///default hostname`).wall;
  const login = async (): Promise<Cost> => {
    const { wall, cpu } = run(ssh("alpha", "true"));
    return { wall: wall + open, cpu };
  };
  const one = summary(await pairs(9, () => connecting([alpha]), login), "wall", over);
  console.log(
    `connecting: ${one.ours.toFixed(3)} s against \`ssh HOST true\` and the daemon's open (${open.toFixed(3)} s): ${one.theirs.toFixed(3)} s: ${one.ratio.toFixed(2)}x (at most 1.2x), the median of ${one.ratios}`,
  );
  const two = summary(
    await pairs(
      9,
      () => connecting([alpha, beta]),
      () => connecting([alpha]),
    ),
    "wall",
    over,
  );
  console.log(
    `two hosts at once: ${two.ours.toFixed(3)} s against one: ${two.theirs.toFixed(3)} s: ${two.ratio.toFixed(2)}x`,
  );
}

async function main(): Promise<void> {
  const hosts = openHosts({ "": { uri: setting("KVM_URI") } });
  const host = hosts.get();
  try {
    const { dom } = await host.call("domainDefineXmlFlags", { xml: XML });
    try {
      await pipelined(host);
      await oneByOne(host);
    } finally {
      await host.call("domainUndefineFlags", { dom });
    }
  } finally {
    await hosts.close();
  }
  await connect();
}
void main();
