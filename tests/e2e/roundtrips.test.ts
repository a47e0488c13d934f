/** What a host far away costs: round trips, one after the other. */
import { daemonSocket, lab } from "../lab/lab";
import { countRoundTrips, creating, type Reach, reading, type Work, withHost } from "../relay/roundTrips";

const uriOf = (path: string): string => `qemu+unix:///system?socket=${path}`;
test.each<[string, Work, number]>([
  ["reading 200 domains", reading, 4],
  // Three for the volume (look, make beside its mark, describe), three for the machine (look, define, read back): each needs the one before.
  ["creating a volume and a domain from an open connection", creating, 6],
])("%s", async (_what, work, most) => {
  const path = await daemonSocket(lab().own.name);
  const reach: Reach = { to: { path }, on: "socket", uri: (through) => uriOf(through.path) };
  const count = await withHost(uriOf(path), (host) => countRoundTrips(reach, host, work));
  expect(count).toBeGreaterThan(0);
  expect(count).toBeLessThanOrEqual(most);
});
