import { told } from "./getHost";

const capabilities = (domains: string) => `<capabilities>
  <host><uuid>x</uuid><cpu><arch>x86_64</arch><model>EPYC-Rome</model></cpu></host>
  <guest><os_type>hvm</os_type><arch name='i686'><domain type='qemu'/><domain type='kvm'/></arch></guest>
  <guest><os_type>hvm</os_type><arch name='x86_64'>${domains}</arch></guest>
</capabilities>`;

test("a host's processor, and whether its own kind of guests runs by KVM", () => {
  const processor = { arch: "x86_64", cpuModel: "EPYC-Rome" };
  expect(told(capabilities("<domain type='qemu'/><domain type='kvm'/>"))).toEqual({ ...processor, kvm: true });
  expect(told(capabilities("<domain type='qemu'/>"))).toEqual({ ...processor, kvm: false });
});

test("a driver that says nothing of processors", () => {
  expect(told("<capabilities><host/></capabilities>")).toEqual({ arch: "", cpuModel: "", kvm: false });
});
