/** A volume's size, changed in place: by the running machine that writes to it, else by the pool. */
import { Failure } from "../../failure";
import type { Host } from "../../host/host";
import type { Run } from "../../plugin/resource";
import { limitsOf } from "../whereabouts";
import { describe, explained, resize, shrink } from "./calls";
import { contentsOf } from "./document";
import { objectOf, type Volume } from "./id";
import { runningOn } from "./users";

/** `virDomainBlockResizeFlags`: the size is in bytes. */
const inBytes = 1;

export async function setCapacity(
  run: Run,
  host: Host,
  volume: Volume,
  capacity: bigint,
  allowShrink: boolean,
): Promise<void> {
  const limits = limitsOf(run);
  const { capacity: now, path } = contentsOf(await describe(host, volume, limits));
  if (now === capacity) return;
  const users = await runningOn(host, volume, path, limits);
  if (now > capacity && !allowShrink) throw smaller(volume, host, now, capacity);
  const [user] = users;
  if (!user) return void (await resize(host, volume, capacity, now > capacity ? shrink : 0, limits));
  // The machine itself would shrink its disk too, without a question.
  if (now > capacity)
    throw new Failure("refused", `a running domain uses it: ${user.domain.name}, whose disk cannot shrink under it`, {
      object: objectOf(volume),
      host: host.name,
      remedy: "Stop the domain first",
    });
  await explained(volume, () =>
    host.call(
      "domainBlockResize",
      { dom: user.domain, disk: user.disk.target, size: capacity, flags: inBytes },
      { object: `disk ${user.disk.target} of domain ${user.domain.name}`, ...limits },
    ),
  );
}

const smaller = (volume: Volume, host: Host, now: bigint, wanted: bigint): Failure =>
  new Failure("refused", `it has ${now} bytes now, and ${wanted} would cut off its end`, {
    object: objectOf(volume),
    host: host.name,
    property: ["capacity"],
    remedy: `Set \`capacity\` to at least ${now}, or \`allowShrink: true\` if what lies behind may go`,
  });
