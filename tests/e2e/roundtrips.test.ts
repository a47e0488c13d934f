/** What a host far away costs: round trips, one after the other. */
import { daemonSocket, lab } from "../lab/lab";
import { creating, type Reach, reading, roundTrips, type Work, withHost } from "../relay/roundTrips";

const uriOf = (path: string): string => `qemu+unix:///system?socket=${path}`;
/** A busy machine may add a part of one to the count, never a whole one each time. */
const SLACK = 0.6;

test.each<[string, Work, number]>([
  ["reading 200 domains", reading, 4],
  // Four for the volume (look, mark, make, describe), three for the machine (look, define, read back): each needs the one before.
  ["creating a volume and a domain from an open connection", creating, 7],
])("%s", async (_what, work, most) => {
  const path = await daemonSocket(lab().own.name);
  const reach: Reach = { to: { path }, on: "socket", uri: (through) => uriOf(through.path) };
  const { count } = await withHost(uriOf(path), (host) => roundTrips(reach, host, work));
  expect(count).toBeLessThan(most + SLACK);
});
