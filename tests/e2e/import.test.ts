/** `pulumi import` of every kind: the code that it prints is short, runs as it is, and finds nothing to do. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { lab, on, virsh } from "../lab/lab";
import { type Stack, stack } from "./engine";

jest.setTimeout(300_000);

const { name: own, uri, kind } = lab().own;
const disk = "e2e-import.qcow2";
const machine = `<domain type='qemu'><name>e2e-import</name><memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices><disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/var/lib/libvirt/images/${disk}'/><target dev='vda' bus='virtio'/></disk>
  <interface type='network'><source network='default'/><model type='virtio'/></interface><graphics type='vnc'/><serial type='pty'/></devices></domain>`;

let s: Stack;
beforeAll(async () => {
  s = stack({ uri });
  await virsh(own, "vol-create-as", "default", disk, "1M", "--format", "qcow2");
  const file = "/run/lab/e2e-import.xml";
  await on(own, "sh", "-c", `printf %s "$0" > ${file}`, machine);
  await virsh(own, "define", file);
});
afterAll(async () => {
  await virsh(own, "undefine", "e2e-import");
  await virsh(own, "vol-delete", disk, "--pool", "default");
  s.remove();
});

/** The resources in the code that the engine printed. */
const printed = (text: string): string => {
  const [, body = ""] = /^resources:\n((?: .*\n)+)/m.exec(text) ?? [];
  expect(body).not.toBe("");
  return body;
};

test("the code of all four kinds runs as it is, and finds nothing to do", async () => {
  const kinds: [string, string, string][] = [
    ["Domain", "machine", "e2e-import"],
    ["Network", "net", "default"],
    ["Pool", "pool", "default"],
    ["Volume", "disk", `default/${disk}`],
  ];
  let code = "resources:\n";
  for (const [kind, name, id] of kinds) {
    const args = ["import", `kvm:index:${kind}`, name, id, "--yes", "--skip-preview", "--protect=false"];
    code += printed((await s.pulumi(...args)).text);
  }
  for (const filled of ["address:\n", "controllers", "memballoons", "emulator", "seclabels", "currentMemory"])
    expect(code).not.toContain(filled);
  s.program(code);
  expect((await s.preview()).changes).toEqual({});
  await s.preview("--refresh", "--expect-no-changes");
  await s.pulumi("state", "delete", "--all", "--yes");
});

/** Each is defined only: what it names need not be there. */
const networks: Record<string, string> = {
  isolated: "<ip address='10.97.1.1' prefix='24'/>",
  nat: "<forward mode='nat'><nat><port start='2000' end='3000'/></nat></forward><ip address='10.97.2.1' prefix='24'><dhcp><range start='10.97.2.9' end='10.97.2.19'/><host mac='52:54:00:0e:2e:01' name='a' ip='10.97.2.2'/></dhcp></ip>",
  route:
    "<forward mode='route' dev='eth0'/><ip address='10.97.3.1' netmask='255.255.255.0'/><ip family='ipv6' address='fd00:97::1' prefix='64'/><route address='10.98.0.0' prefix='16' gateway='10.97.3.2'/>",
  open: "<forward mode='open'/><mtu size='9000'/><domain name='e2e.test' localOnly='yes'/><dns><host ip='10.97.4.2'><hostname>b</hostname></host><txt name='t' value='v'/></dns><ip address='10.97.4.1' prefix='24'/>",
  bridge: "<forward mode='bridge'/><bridge name='e2e-none'/>",
  switch:
    "<forward mode='bridge'/><bridge name='e2e-none'/><virtualport type='openvswitch'/><portgroup name='a' default='yes'><vlan trunk='yes'><tag id='42'/><tag id='47' nativeMode='untagged'/></vlan></portgroup>",
  macvtap: "<forward mode='bridge' dev='eth0'><interface dev='eth0'/></forward>",
  private: "<forward mode='private'><interface dev='eth0'/></forward>",
  vepa: "<forward mode='vepa' dev='eth0'><interface dev='eth0'/></forward>",
  passthrough: "<forward mode='passthrough'><interface dev='eth0'/><interface dev='eth1'/></forward>",
  hostdev: "<forward mode='hostdev' managed='yes'><driver name='vfio'/><pf dev='eth0'/></forward>",
};
/** Only the monolithic hosts' daemon has more backends than for directories: Debian 13 puts them into packages of their own. */
const pools: Record<string, string> =
  kind !== "monolithic"
    ? { dir: "<target><path>/srv/e2e</path></target>" }
    : {
        dir: "<target><path>/srv/e2e</path><permissions><mode>0750</mode><owner>0</owner><group>0</group></permissions></target>",
        fs: "<source><device path='/dev/e2e1'/><format type='ext4'/></source><target><path>/srv/e2e</path></target>",
        netfs:
          "<source><host name='nas.test'/><dir path='/export'/><format type='nfs'/><protocol ver='4.2'/></source><target><path>/srv/e2e</path></target>",
        logical:
          "<source><device path='/dev/e2e2'/><device path='/dev/e2e3'/><name>e2e</name><format type='lvm2'/></source><target><path>/dev/e2e</path></target>",
        disk: "<source><device path='/dev/e2e'/><format type='gpt'/></source><target><path>/dev</path></target>",
        iscsi:
          "<source><host name='san.test' port='3260'/><device path='iqn.2013-06.test:e2e'/><auth type='chap' username='me'><secret usage='e2e'/></auth></source><target><path>/dev/disk/by-path</path></target>",
        scsi: "<source><adapter type='scsi_host' name='host0'/></source><target><path>/dev/disk/by-path</path></target>",
        mpath: "<target><path>/dev/mapper</path></target>",
      };
/** Made of what `virsh vol-create` takes, one on the other. */
const passphrase = "0e2e0e2e-0000-4000-8000-00000000a000";
const luks = `<encryption format='luks'><secret type='passphrase' uuid='${passphrase}'/></encryption>`;
const volumes: Record<string, string> = {
  "e2e-base.raw": "<target><format type='raw'/><permissions><mode>0640</mode></permissions></target>",
  "e2e-top.qcow2":
    "<target><format type='qcow2'/><compat>1.1</compat><features><lazy_refcounts/></features></target><backingStore><path>/var/lib/libvirt/images/e2e-base.raw</path><format type='raw'/></backingStore>",
  "e2e-luks.raw": `<target><format type='raw'/>${luks}</target>`,
};
/** Gives virsh a document. */
const given = (xml: string, ...command: string[]): Promise<string> =>
  on(
    own,
    "sh",
    "-c",
    'printf %s "$0" > /run/lab/e2e-import-kind.xml && virsh "$@" /run/lab/e2e-import-kind.xml',
    xml,
    ...command,
  );

interface Kind {
  readonly type: string;
  readonly before?: () => Promise<unknown>;
  readonly objects: Readonly<Record<string, string>>;
  /** Of a key of `objects`. */
  readonly id: (key: string) => string;
  readonly make: (key: string, inner: string) => Promise<unknown>;
  readonly drop: (key: string) => Promise<unknown>;
  readonly after?: () => Promise<unknown>;
}
const named = (key: string): string => `e2e-${key}`;
const ofSecret = `<secret private='yes'><uuid>${passphrase}</uuid><usage type='volume'><volume>/e2e-luks</volume></usage></secret>`;
test.each<[string, Kind]>([
  [
    "networks of every mode",
    {
      type: "Network",
      objects: networks,
      id: named,
      make: (key, inner) => given(`<network><name>${named(key)}</name>${inner}</network>`, "net-define"),
      drop: (key) => virsh(own, "net-undefine", named(key)),
    },
  ],
  [
    "pools, most of which could not start",
    {
      type: "Pool",
      objects: pools,
      id: named,
      make: (key, inner) => given(`<pool type='${key}'><name>${named(key)}</name>${inner}</pool>`, "pool-define"),
      drop: (key) => virsh(own, "pool-undefine", named(key)),
    },
  ],
  [
    "volumes with permissions, a backing and encryption",
    {
      type: "Volume",
      before: async () => {
        await given(ofSecret, "secret-define");
        await virsh(own, "secret-set-value", passphrase, Buffer.from("e2e").toString("base64"));
      },
      objects: volumes,
      id: (key) => `default/${key}`,
      make: (key, inner) =>
        given(`<volume><name>${key}</name><capacity unit='MiB'>4</capacity>${inner}</volume>`, "vol-create", "default"),
      drop: (key) => virsh(own, "vol-delete", key, "--pool", "default"),
      after: () => virsh(own, "secret-undefine", passphrase),
    },
  ],
])("%s: nothing to do after the import", async (_, { type, before, objects, id, make, drop, after }) => {
  const keys = Object.keys(objects);
  try {
    await before?.();
    for (const [key, inner] of Object.entries(objects)) await make(key, inner);
    const resources = keys.map((key) => ({ type: `kvm:index:${type}`, name: key.replace(".", "-"), id: id(key) }));
    const file = join(s.dir, "import.json");
    writeFileSync(file, JSON.stringify({ resources }));
    const { text } = await s.pulumi("import", "--file", file, "--yes", "--skip-preview", "--protect=false");
    s.program(`resources:\n${printed(text)}`);
    await s.preview("--refresh", "--expect-no-changes");
    await s.pulumi("state", "delete", "--all", "--yes");
  } finally {
    // What could not be made need not go.
    for (const key of keys) await drop(key).catch(() => undefined);
    await after?.().catch(() => undefined);
  }
});
