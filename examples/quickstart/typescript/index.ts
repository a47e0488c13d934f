import * as pulumi from "@pulumi/pulumi";
import * as kvm from "pulumi-kvm";

const config = new pulumi.Config();
const image = config.get("image") ?? "https://cloud.debian.org/images/cloud/bookworm/latest/debian-12-genericcloud-amd64.qcow2";
const sshKey = config.require("sshKey");

// Fetched once, by the host itself.
const base = new kvm.Volume("base", { pool: "default", source: { url: image } });

// Keeps only what differs from it.
const root = new kvm.Volume("root", { pool: "default", capacity: "20GiB", backing: { volume: base.id } });

const machine = new kvm.Domain("machine", {
  memory: "1GiB",
  vcpus: 1,
  disks: [{ volume: root.id }],
  interfaces: [{ network: "default" }],
  cloudInit: {
    userData: `#cloud-config
users:
  - name: debian
    shell: /bin/bash
    sudo: ALL=(ALL) NOPASSWD:ALL
    ssh_authorized_keys: ["${sshKey}"]
`,
  },
  waitFor: { address: "any", cloudInit: true, timeout: 900 },
});

export const address = machine.address;
