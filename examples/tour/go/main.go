// Every kind of resource, without a guest to wait for.
package main

import (
	"github.com/pulumi-kvm/pulumi-kvm/sdk/go/kvm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(tour)
}

func tour(ctx *pulumi.Context) error {
	pool, err := kvm.NewPool(ctx, "images", &kvm.PoolArgs{
		Type: pulumi.String("dir"),
		Path: pulumi.String("/var/lib/libvirt/tour-go"),
	})
	if err != nil {
		return err
	}
	greeting, err := kvm.NewVolume(ctx, "greeting", &kvm.VolumeArgs{
		Pool:   pool.Name,
		Format: pulumi.String("raw"),
		Source: &kvm.VolumeSourceArgs{Content: pulumi.String("hello\n")},
	})
	if err != nil {
		return err
	}
	disk, err := kvm.NewVolume(ctx, "disk", &kvm.VolumeArgs{Pool: pool.Name, Capacity: pulumi.String("64MiB")})
	if err != nil {
		return err
	}
	network, err := kvm.NewNetwork(ctx, "network", &kvm.NetworkArgs{
		Ips: kvm.NetworkIpArray{&kvm.NetworkIpArgs{
			Address: pulumi.String("10.211.3.1"),
			Prefix:  pulumi.Int(24),
			Dhcp: &kvm.NetworkDhcpArgs{Ranges: kvm.DhcpRangeArray{&kvm.DhcpRangeArgs{
				Start: pulumi.String("10.211.3.10"),
				End:   pulumi.String("10.211.3.99"),
			}}},
		}},
	})
	if err != nil {
		return err
	}
	machine, err := kvm.NewDomain(ctx, "machine", &kvm.DomainArgs{
		Memory:     pulumi.String("128MiB"),
		Vcpus:      pulumi.Int(1),
		PowerState: pulumi.String("stopped"),
		Disks:      kvm.DiskArray{&kvm.DiskArgs{Volume: disk.ID()}},
		Interfaces: kvm.InterfaceArray{&kvm.InterfaceArgs{Network: network.Name}},
	})
	if err != nil {
		return err
	}

	ctx.Export("path", greeting.Path)
	ctx.Export("uuid", machine.Uuid)
	ctx.Export("cards", machine.Nics.ApplyT(func(nics []kvm.Nic) []*string {
		cards := make([]*string, len(nics))
		for i, nic := range nics {
			cards[i] = nic.Mac
		}
		return cards
	}))
	ctx.Export("title", kvm.LookupDomainOutput(ctx, kvm.LookupDomainOutputArgs{Uuid: machine.Uuid}).Title())
	ctx.Export("cores", kvm.GetHostOutput(ctx, kvm.GetHostOutputArgs{}).Cores())
	return nil
}
