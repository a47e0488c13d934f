// Virtual machines, their disks and their networks on libvirt hosts.
package kvm
