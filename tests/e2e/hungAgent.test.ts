/** A guest whose agent has its channel open and answers nobody: it is told in time, and keeps nobody else waiting. */
import { asFailure, type Failure } from "../../provider/src/failure";
import { start } from "../../provider/src/resources/domain/power";
import { waitFor } from "../../provider/src/resources/domain/wait";
import { whyNot } from "../../provider/src/resources/domain/wait/sources";
import { ssh } from "../lab/lab";
import { define, type Guest, ownHost, remove, running } from "./guests";

jest.setTimeout(240_000);
const { host, close } = ownHost();
let guest: Guest;
const ping = { name: "guest-ping", read: () => true as const };
const object = "domain hung-agent";

beforeAll(async () => {
  guest = await define(host, "hung-agent", 40);
  const run = running();
  const booting = await start(run, host, guest.uuid);
  const { seen } = await waitFor(run, host, { ...guest, booting }, { address: "ipv4", agent: true });
  await expect(host.agent(guest.uuid, ping, {}, { object })).resolves.toBe(true);
  await ssh(`root@${seen.addresses[0]}`, "kill -STOP $(pidof qemu-ga)");
});
afterAll(async () => {
  await remove(host, guest);
  await close();
});

test("what is asked of it fails in time, and says of whom", async () => {
  const why = await host.agent(guest.uuid, ping, {}, { object }).catch(asFailure);
  expect(String(why)).toMatch(
    /^Failure: domain hung-agent on host .*agent (is not responding|command timed out): .*virDomainQemuAgentCommand/,
  );
  expect(whyNot(why as Failure)).toBe("does not answer");
});

test("more questions than a daemon takes of one client leave it free for all others, and can be given up", async () => {
  const abort = new AbortController();
  const dom = { uuid: guest.uuid };
  /** VIR_DOMAIN_QEMU_AGENT_COMMAND_BLOCK: for ever */
  const asked = { dom, cmd: '{"execute":"guest-ping"}', timeout: -2 };
  let answered = 0;
  const hanging = Array.from({ length: 8 }, () =>
    host.call("domainAgentCommand", asked, { signal: abort.signal }).finally(() => {
      answered++;
    }),
  );
  const outcomes = Promise.allSettled(hanging);
  await expect(host.call("domainGetState", { dom })).resolves.toMatchObject({ state: 1 });
  await host.call("domainSetMetadata", { dom, type: 0, metadata: "still heard", flags: 1 });
  await host.call("networkLookupByName", { name: "default" });
  expect(answered).toBe(0);
  abort.abort();
  for (const outcome of await outcomes)
    expect(outcome).toMatchObject({ status: "rejected", reason: { code: "cancelled" } });
});

test("a wait for it ends in its time, and keeps the machine", async () => {
  const { reasons } = await waitFor(running(), host, guest, { agent: true, timeout: 2 });
  expect(reasons).toEqual([expect.stringMatching(/the guest agent did not answer within \d+ s .*The machine is kept/)]);
  await expect(host.call("domainGetState", { dom: { uuid: guest.uuid } })).resolves.toMatchObject({ state: 1 });
});
