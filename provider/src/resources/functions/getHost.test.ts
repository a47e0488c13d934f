import { told, toldOfDomains } from "./getHost";

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

test("what domains can have", () => {
  const answer = `<domainCapabilities>
  <machine>pc-q35-10.0</machine><vcpu max='4096'/>
  <os supported='yes'><enum name='firmware'><value>bios</value><value>efi</value></enum><loader supported='yes'><enum name='type'><value>rom</value></enum></loader></os>
  <cpu><mode name='host-passthrough' supported='no'/><mode name='maximum' supported='yes'/><mode name='custom' supported='yes'/></cpu>
</domainCapabilities>`;
  expect(toldOfDomains(answer)).toEqual({
    machine: "pc-q35-10.0",
    maxVcpus: 4096,
    firmwares: ["bios", "efi"],
    cpuModes: ["maximum", "custom"],
  });
  expect(toldOfDomains("<domainCapabilities><os><enum name='firmware'/></os></domainCapabilities>")).toEqual({
    machine: "",
    maxVcpus: 0,
    firmwares: [],
    cpuModes: [],
  });
});
