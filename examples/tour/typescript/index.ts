import * as kvm from "pulumi-kvm";

const pool = new kvm.Pool("images", { type: "dir", path: "/var/lib/libvirt/tour-typescript" });

const greeting = new kvm.Volume("greeting", { pool: pool.name, format: "raw", source: { content: "hello\n" } });
const disk = new kvm.Volume("disk", { pool: pool.name, capacity: "64MiB" });

const network = new kvm.Network("network", {
  ips: [{ address: "10.211.1.1", prefix: 24, dhcp: { ranges: [{ start: "10.211.1.10", end: "10.211.1.99" }] } }],
});

const machine = new kvm.Domain("machine", {
  memory: "128MiB",
  vcpus: 1,
  powerState: "stopped",
  disks: [{ volume: disk.id }],
  interfaces: [{ network: network.name }],
});

export const path = greeting.path;
export const uuid = machine.uuid;
export const cards = machine.nics.apply((nics) => nics.map((nic) => nic.mac));
export const title = kvm.getDomainOutput({ uuid: machine.uuid }).title;
export const cores = kvm.getHostOutput().cores;
