import pulumi
import pulumi_kvm as kvm

pool = kvm.Pool("images", type="dir", path="/var/lib/libvirt/tour-python")

greeting = kvm.Volume("greeting", pool=pool.name, format="raw", source=kvm.VolumeSourceArgs(content="hello\n"))
disk = kvm.Volume("disk", pool=pool.name, capacity="64MiB")

network = kvm.Network(
    "network",
    ips=[{"address": "10.211.2.1", "prefix": 24, "dhcp": {"ranges": [{"start": "10.211.2.10", "end": "10.211.2.99"}]}}],
)

machine = kvm.Domain(
    "machine",
    memory="128MiB",
    vcpus=1,
    power_state="stopped",
    disks=[{"volume": disk.id}],
    interfaces=[{"network": network.name}],
)

pulumi.export("path", greeting.path)
pulumi.export("uuid", machine.uuid)
pulumi.export("cards", machine.nics.apply(lambda nics: [nic.mac for nic in nics]))
pulumi.export("title", kvm.get_domain_output(uuid=machine.uuid).title)
pulumi.export("cores", kvm.get_host_output().cores)
