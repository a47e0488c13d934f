/** What a host far away costs: the round trips that work waits for, one after the other, over ssh through a relay that delays. */
import { creating, type Reach, reading, roundTrips, withHost } from "../../tests/relay/roundTrips";

async function main(): Promise<void> {
  const [uri, address] = [String(process.env["KVM_URI"]), String(process.env["LAB_ALPHA_ADDR"])];
  const reach: Reach = {
    to: { host: address, port: 22 },
    on: "port",
    // The relay's port is no host that known_hosts could name.
    uri: ({ port }) => uri.replace(address, `127.0.0.1:${port}`).replace("verify=normal", "verify=ignore"),
  };
  await withHost(uri, async (host) => {
    for (const [what, work, most] of [
      ["reading 200 domains", reading, 4],
      ["creating a volume and a domain", creating, 6],
    ] as const) {
      const { count, own } = await roundTrips(reach, host, work);
      console.log(
        `${what}: ${count.toFixed(1)} round trips in sequence (at most ${most}), so ${Math.round(own + 50 * count)} ms where each takes 50`,
      );
    }
  });
}
void main();
