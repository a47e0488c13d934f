// A Debian machine, set up by cloud-init, on a libvirt host.
package main

import (
	"github.com/pulumi-kvm/pulumi-kvm/sdk/go/kvm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

const debian = "https://cloud.debian.org/images/cloud/bookworm/latest/debian-12-genericcloud-amd64.qcow2"

const userData = `#cloud-config
users:
  - name: debian
    shell: /bin/bash
    sudo: ALL=(ALL) NOPASSWD:ALL
    ssh_authorized_keys: ["%s"]
`

func main() {
	pulumi.Run(quickstart)
}

func quickstart(ctx *pulumi.Context) error {
	settings := config.New(ctx, "")
	image := settings.Get("image")
	if image == "" {
		image = debian
	}

	// Fetched once, by the host itself.
	base, err := kvm.NewVolume(ctx, "base", &kvm.VolumeArgs{
		Pool:   pulumi.String("default"),
		Source: &kvm.VolumeSourceArgs{Url: pulumi.String(image)},
	})
	if err != nil {
		return err
	}

	// Keeps only what differs from it.
	root, err := kvm.NewVolume(ctx, "root", &kvm.VolumeArgs{
		Pool:     pulumi.String("default"),
		Capacity: pulumi.String("20GiB"),
		Backing:  &kvm.VolumeBackingArgs{Volume: base.ID()},
	})
	if err != nil {
		return err
	}

	machine, err := kvm.NewDomain(ctx, "machine", &kvm.DomainArgs{
		Memory:     pulumi.String("1GiB"),
		Vcpus:      pulumi.Int(1),
		Disks:      kvm.DiskArray{&kvm.DiskArgs{Volume: root.ID()}},
		Interfaces: kvm.InterfaceArray{&kvm.InterfaceArgs{Network: pulumi.String("default")}},
		CloudInit:  &kvm.CloudInitArgs{UserData: pulumi.Sprintf(userData, settings.Require("sshKey"))},
		WaitFor: &kvm.WaitForArgs{
			Address:   pulumi.String("any"),
			CloudInit: pulumi.Bool(true),
			Timeout:   pulumi.Int(900),
		},
	})
	if err != nil {
		return err
	}

	ctx.Export("address", machine.Address)
	return nil
}
