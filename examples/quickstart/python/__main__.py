import pulumi
import pulumi_kvm as kvm

config = pulumi.Config()
image = config.get("image") or "https://cloud.debian.org/images/cloud/bookworm/latest/debian-12-genericcloud-amd64.qcow2"
ssh_key = config.require("sshKey")

# Fetched once, by the host itself.
base = kvm.Volume("base", pool="default", source={"url": image})

# Keeps only what differs from it.
root = kvm.Volume("root", pool="default", capacity="20GiB", backing={"volume": base.id})

machine = kvm.Domain(
    "machine",
    memory="1GiB",
    vcpus=1,
    disks=[{"volume": root.id}],
    interfaces=[{"network": "default"}],
    cloud_init={
        "user_data": f"""#cloud-config
users:
  - name: debian
    shell: /bin/bash
    sudo: ALL=(ALL) NOPASSWD:ALL
    ssh_authorized_keys: ["{ssh_key}"]
"""
    },
    wait_for={"address": "any", "cloud_init": True, "timeout": 900},
)

pulumi.export("address", machine.address)
