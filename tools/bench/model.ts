/** What a domain's XML costs to read and to write, and what a thousand unchanged domains cost the provider over gRPC. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { resources } from "../../provider/src/model";
import { read, write } from "../../provider/src/vocabulary";
import { node, parse, print } from "../../provider/src/xml";
import { median } from "./pairs";

const root = process.cwd();
const Domain = resources.Domain.inputs;

/** Milliseconds of the processor that one of so many costs, once warm. */
function each(count: number, work: () => unknown): number {
  for (let i = 0; i < count; i++) work();
  const rounds = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage();
    for (let i = 0; i < count; i++) work();
    return process.cpuUsage(start).user / 1000 / count;
  });
  return median(rounds);
}
const say = (what: string, figure: number, unit: string, most: number): void =>
  console.log(`${what}: ${figure.toFixed(2)} ${unit} (at most ${most} ${unit})`);

/** What libvirt wrote of a machine with all that is usual, of about 8 KB, and the same with its devices several times. */
const rich = readFileSync(resolve(root, "provider/src/model/golden/domain-rich.xml"), "utf8");
function ofBytes(bytes: number): string {
  const whole = parse(rich);
  const devices = whole.children.find(({ name }) => name === "devices") ?? node("devices");
  const all = devices.children;
  devices.children = [];
  while (print(whole).length < bytes)
    for (const device of all) if (print(whole).length < bytes) devices.children.push(device);
  return print(whole);
}
function documents(): void {
  const usual = ofBytes(8_000);
  const value = read(Domain, parse(usual));
  say(
    `reading a domain of ${usual.length} bytes`,
    each(500, () => read(Domain, parse(usual))),
    "ms",
    0.5,
  );
  say(
    "writing it",
    each(500, () => print(write(Domain, value))),
    "ms",
    0.3,
  );
  const large = ofBytes(80_000);
  const held = read(Domain, parse(large));
  const growth = (work: (xml: string) => unknown): number =>
    each(50, () => work(large)) / each(500, () => work(usual)) / (large.length / usual.length);
  say(
    "reading ten times as much, for each byte",
    growth((xml) => read(Domain, parse(xml))),
    "x",
    1.3,
  );
  say(
    "writing ten times as much, for each byte",
    growth((xml) => print(write(Domain, xml === large ? held : value))),
    "x",
    1.3,
  );
}

const urnOf = (i: number): string => `urn:pulumi:bench::bench::kvm:index:Domain::d${i}`;
/** As programs say it; the fields of a state's outputs beside it. */
const said = (i: number): Record<string, JavaScriptValue> => ({
  name: `bench-${i}`,
  memory: "4GiB",
  vcpus: 2,
  title: `Machine ${i}`,
  cpu: { mode: "host-passthrough", topology: { sockets: 1, cores: 2, threads: 1 } },
  disks: [
    { volume: `default/root-${i}` },
    { volume: `default/data-${i}`, driver: { cache: "none", io: "native" }, serial: `data-${i}` },
  ],
  interfaces: [{ network: "default" }, { bridge: "br0", vlan: { tags: [{ id: 7 }] } }],
  graphics: [{ type: "vnc", autoport: true }],
  cloudInit: {
    userData: `#cloud-config\nhostname: bench-${i}\npackages: [nginx, postgresql]\n`.padEnd(600, "# more\n"),
  },
  waitFor: { address: "any", cloudInit: true },
});
const outputsOf = (i: number): Record<string, JavaScriptValue> => ({
  ...{
    uuid: `0e2e0e2e-0000-4000-8001-${String(i).padStart(12, "0")}`,
    name: `bench-${i}`,
    host: "qemu+ssh://root@rack/system",
  },
  ...{
    address: "192.168.122.7",
    addresses: ["192.168.122.7", "fe80::1"],
    pendingRestart: [],
    displays: [{ type: "vnc", port: 5900 }],
  },
  nics: [{ name: "default", mac: "52:54:00:00:00:01", addresses: ["192.168.122.7"] }],
  __nonce: "0123456789abcdef",
  __host: "1c5fbb1c-8b0e-4d52-8cb0-a35d7ad3b3f1",
  __baseline: `9.0.0:${Buffer.alloc(1900, i).toString("base64")}`,
});

interface Provider {
  readonly process: ChildProcess;
  readonly client: ResourceProviderClient;
}
async function start(): Promise<Provider> {
  const child = spawn(resolve(root, "bin/pulumi-resource-kvm"), ["127.0.0.1:1"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const port = await new Promise<number>((done) => child.stdout.once("data", (data) => done(Number(data))));
  return { process: child, client: new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure()) };
}
const asked = <A>(call: (done: (error: ServiceError | null, answer: A) => void) => unknown): Promise<A> =>
  new Promise((done, fail) => void call((error, answer) => (error ? fail(error) : done(answer))));
/** Seconds of the processor that it has used. */
function cpuOf({ process: { pid } }: Provider): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const structOf = (bag: Record<string, JavaScriptValue>): Struct => Struct.fromJavaScript(bag);
function checkOf(i: number, olds: Struct | undefined, news: Struct): rpc.CheckRequest {
  const request = new rpc.CheckRequest();
  request.setUrn(urnOf(i));
  request.setName(`d${i}`);
  request.setOlds(olds);
  request.setNews(news);
  return request;
}
function diffOf(i: number, inputs: Struct, news: Struct): rpc.DiffRequest {
  const request = new rpc.DiffRequest();
  request.setUrn(urnOf(i));
  request.setId(String(i));
  request.setOlds(structOf(outputsOf(i)));
  request.setOldInputs(inputs);
  request.setNews(news);
  return request;
}

/** As an engine does it that is not held back: each domain's Check, then its Diff, and all of them at once. */
async function thousand(): Promise<void> {
  const provider = await start();
  const { client } = provider;
  const configure = new rpc.ConfigureRequest();
  configure.setArgs(structOf({ uri: "qemu:///system", owner: "0".repeat(32) }));
  await asked<rpc.ConfigureResponse>((done) => client.configure(configure, done));
  const numbers = Array.from({ length: 1_000 }, (_, i) => i);
  const check = (request: rpc.CheckRequest): Promise<rpc.CheckResponse> => asked((done) => client.check(request, done));
  const born = await Promise.all(numbers.map((i) => check(checkOf(i, undefined, structOf(said(i))))));
  const states = born.map((answer) => answer.getInputs() ?? new Struct());
  const checks = numbers.map((i) => checkOf(i, states[i], structOf(said(i))));
  const before = cpuOf(provider);
  const news = await Promise.all(checks.map(check));
  const between = cpuOf(provider);
  const diffs = numbers.map((i) => diffOf(i, states[i] ?? new Struct(), news[i]?.getInputs() ?? new Struct()));
  const answers = await Promise.all(
    diffs.map((request) => asked<rpc.DiffResponse>((done) => client.diff(request, done))),
  );
  const after = cpuOf(provider);
  if (!answers.every((answer) => answer.getChanges() === rpc.DiffResponse.DiffChanges.DIFF_NONE))
    throw new Error("a difference");
  say("Check of one of 1,000 domains", between - before, "ms", 1);
  say("Diff of one of them", after - between, "ms", 1);
  say("1,000 unchanged domains, checked and diffed over gRPC", after - before, "s of the provider's processor", 1.5);
  client.close();
  provider.process.stdin?.end();
}

documents();
void thousand();
