/** Each of the rooms that know nothing of Pulumi, used by itself: what their pages show is run here, and stands there as it is here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openHosts } from "../../provider/src/host";
import { open } from "../../provider/src/libvirt";
import { brief, type Command, hear, say } from "../../provider/src/qmp";
import { dial, parseUri } from "../../provider/src/transport";
import { lab } from "../lab/lab";

const { uri } = lab().own;

async function transport(): Promise<unknown> {
  const session = await dial(parseUri(uri), {}, { deadline: Date.now() + 30_000 });
  const daemon = await session.open();
  daemon.end();
  const uname = await session.run?.(["uname", "--nodename"]);
  session.close();
  return uname?.stdout.toString();
}

async function libvirt(): Promise<unknown> {
  const address = parseUri(uri);
  const session = await dial(address, {}, {});
  const listener = { event: () => undefined, ended: () => undefined };
  const connection = await open(await session.open(), listener, {
    uri: address.daemon,
    keepalive: true,
    who: { address },
  });
  const names = ["default", "other"];
  const looked = await Promise.allSettled(names.map((name) => connection.call("networkLookupByName", { name })));
  connection.end();
  session.close();
  return looked.map(({ status }) => status);
}

async function qmp(): Promise<unknown> {
  const queryStatus: Command<object, string> = {
    name: "query-status",
    read: (answer) => (answer as { status?: string } | undefined)?.status,
  };
  const request = say(queryStatus, {});
  const status = hear(queryStatus, {}, '{ "return": { "status": "running", "running": true } }');
  return brief(`${request}: ${status}`);
}

async function host(): Promise<unknown> {
  const hosts = openHosts({ rack: { uri } });
  const rack = hosts.get("rack");
  const stop = await rack.on("networkLifecycle", ({ net, event }) => console.log(net.name, event));
  const { nets } = await rack.call("connectListAllNetworks", {}, { deadline: Date.now() + 10_000 });
  stop();
  await hosts.close();
  return nets.map(({ name }) => name);
}

test.each([
  ["transport", transport, expect.stringMatching(/^\w+\n$/)],
  ["libvirt", libvirt, ["fulfilled", "rejected"]],
  ["qmp", qmp, '{"execute":"query-status","arguments":{}}: running'],
  ["host", host, expect.arrayContaining(["default"])],
])("%s does what its page shows", async (room, shown, gives) => {
  expect(await shown()).toEqual(gives);
  const page = readFileSync(join(__dirname, `../../provider/src/${room}/README.md`), "utf8");
  const example = /```ts\n([^`]*)```/.exec(page)?.[1];
  const source = readFileSync(__filename, "utf8").replace(/^ {2}/gm, "");
  expect(source).toContain(example?.replace(/^import .*\n+/gm, ""));
});
