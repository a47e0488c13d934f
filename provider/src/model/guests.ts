/** What guests' operating systems want of a machine, by libosinfo's facts; what `preset` may be. */

/** What a guest has drivers for as it comes from its maker, and what it runs best with. */
export interface Guest {
  /** As people call it. */
  readonly title: string;
  /** libosinfo's id of it, by which other programs know it. */
  readonly osinfo: string;
  /** The bus of its disks, and that of its drives. */
  readonly disk: "virtio" | "sata";
  readonly drive: "scsi" | "sata";
  /** The model of its network cards. */
  readonly card: "virtio" | "e1000e";
  readonly video: "virtio" | "vga";
  /** Whether it has a driver for a virtio source of random numbers and for a balloon. */
  readonly virtio: boolean;
  /** UEFI, with Secure Boot and its maker's keys where `secure`; left out: what the host takes by itself, a BIOS. */
  readonly firmware?: "efi";
  readonly secure?: true;
  /** It wants a TPM 2.0. */
  readonly tpm?: true;
  /** What it takes the hardware's clock to show. */
  readonly clock: "utc" | "localtime";
  /** The hypervisor that it knows: its clock, and how it is told of it. */
  readonly knows: "kvm" | "hyperv";
  /** Whether people work at its screen rather than at a serial console. */
  readonly screen: boolean;
}

const unix = {
  disk: "virtio",
  drive: "scsi",
  card: "virtio",
  video: "virtio",
  virtio: true,
  clock: "utc",
  knows: "kvm",
  screen: false,
} as const;
/** Windows finds its disk without a driver only on SATA; with the drivers of virtio-win, say `virtio`. */
const windows = {
  disk: "sata",
  drive: "sata",
  card: "e1000e",
  video: "vga",
  virtio: false,
  firmware: "efi",
  clock: "localtime",
  knows: "hyperv",
  screen: true,
} as const;
/** Without virtio graphics in the kernel that it comes with. */
const bsd = { ...unix, video: "vga" } as const;

export const guests = {
  linux: { title: "Linux", osinfo: "http://libosinfo.org/linux/2022", ...unix },
  "ubuntu-20.04": { title: "Ubuntu 20.04 LTS", osinfo: "http://ubuntu.com/ubuntu/20.04", ...unix },
  "ubuntu-22.04": { title: "Ubuntu 22.04 LTS", osinfo: "http://ubuntu.com/ubuntu/22.04", ...unix },
  "ubuntu-24.04": { title: "Ubuntu 24.04 LTS", osinfo: "http://ubuntu.com/ubuntu/24.04", ...unix },
  "debian-11": { title: "Debian 11", osinfo: "http://debian.org/debian/11", ...unix },
  "debian-12": { title: "Debian 12", osinfo: "http://debian.org/debian/12", ...unix },
  "debian-13": { title: "Debian 13", osinfo: "http://debian.org/debian/13", ...unix },
  "rhel-8": { title: "Red Hat Enterprise Linux 8", osinfo: "http://redhat.com/rhel/8-unknown", ...unix },
  "rhel-9": { title: "Red Hat Enterprise Linux 9", osinfo: "http://redhat.com/rhel/9-unknown", ...unix },
  "rocky-8": { title: "Rocky Linux 8", osinfo: "http://rockylinux.org/rocky/8", ...unix },
  "rocky-9": { title: "Rocky Linux 9", osinfo: "http://rockylinux.org/rocky/9", ...unix },
  "almalinux-8": { title: "AlmaLinux 8", osinfo: "http://almalinux.org/almalinux/8", ...unix },
  "almalinux-9": { title: "AlmaLinux 9", osinfo: "http://almalinux.org/almalinux/9", ...unix },
  "centos-stream-9": { title: "CentOS Stream 9", osinfo: "http://centos.org/centos-stream/9", ...unix },
  fedora: { title: "Fedora", osinfo: "http://fedoraproject.org/fedora/unknown", ...unix },
  freebsd: { title: "FreeBSD", osinfo: "http://freebsd.org/freebsd/14.0", ...bsd },
  openbsd: { title: "OpenBSD", osinfo: "http://openbsd.org/openbsd/7.4", ...bsd },
  netbsd: { title: "NetBSD", osinfo: "http://netbsd.org/netbsd/9.0", ...bsd },
  "windows-11": { title: "Windows 11", osinfo: "http://microsoft.com/win/11", ...windows, secure: true, tpm: true },
  "windows-server-2019": { title: "Windows Server 2019", osinfo: "http://microsoft.com/win/2k19", ...windows },
  "windows-server-2022": {
    title: "Windows Server 2022",
    osinfo: "http://microsoft.com/win/2k22",
    ...windows,
    secure: true,
  },
  "windows-server-2025": {
    title: "Windows Server 2025",
    osinfo: "http://microsoft.com/win/2k25",
    ...windows,
    secure: true,
    tpm: true,
  },
} as const satisfies Record<string, Guest>;

/** What `preset` may be beside `none`. */
export const presets = Object.keys(guests) as (keyof typeof guests)[];
/** The guest of a preset; generic Linux where none is said. Undefined of `none`. */
export const guestOf = (preset: unknown): Guest | undefined =>
  preset === "none"
    ? undefined
    : typeof preset === "string" && preset in guests
      ? guests[preset as keyof typeof guests]
      : guests.linux;

/** The name space in which libosinfo says in a domain's metadata what its guest is. */
export const osinfoNamespace = "http://libosinfo.org/xmlns/libvirt/domain/1.0";
export const osinfoMetadata = ({ osinfo }: Guest): string =>
  `<libosinfo:libosinfo xmlns:libosinfo="${osinfoNamespace}"><libosinfo:os id="${osinfo}"/></libosinfo:libosinfo>`;
