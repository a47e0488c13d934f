/** `pulumi import` of every kind: the code that it prints is short, runs as it is, and finds nothing to do. */
import { lab, on, virsh } from "../lab/lab";
import { type Stack, stack } from "./engine";

jest.setTimeout(300_000);

const { name: own, uri } = lab().own;
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
