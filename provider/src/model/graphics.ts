/** Screens and what shows them. */
import { attr, between, child, element, list, oneOf, onOff, positive, sizeIn, sole, text, yesNo } from "../vocabulary";
import { acpiDevice, virtioDriver } from "./common";

const Listen = element(
  "listen",
  "Where the display is served.",
  {
    type: attr(oneOf("address", "network", "socket", "none"), "What the rest means."),
    address: attr(text, "Address on the host."),
    network: attr(text, "Network of libvirt whose address is taken."),
    socket: attr(text, "Path of a unix socket."),
  },
  { named: "GraphicsListen" },
);
const SpiceChannel = element(
  "channel",
  "A channel of SPICE.",
  {
    name: attr(
      oneOf("main", "display", "inputs", "cursor", "playback", "record", "smartcard", "usbredir"),
      "Which one.",
    ),
    mode: attr(oneOf("secure", "insecure", "any"), "Whether it is encrypted."),
  },
  { named: "SpiceChannel" },
);
const Gl = element(
  "gl",
  "Accelerated drawing.",
  {
    enable: attr(yesNo, "Whether it is on."),
    rendernode: attr(text, "Path of the host's render device.", { since: "3.1.0" }),
  },
  { named: "GraphicsGl" },
);
/** Or -1: libvirt chooses. */
const anyPort = between(-1, 65_535);
export const Graphics = element(
  "graphics",
  "How the screen is shown. A guest may have several.",
  {
    type: attr(oneOf("sdl", "vnc", "spice", "rdp", "desktop", "egl-headless", "dbus"), "How it is served.", {
      required: true,
      wordsSince: { dbus: "8.4.0", "egl-headless": "4.6.0" },
    }),
    port: attr(anyPort, "TCP port; -1 with `autoport`.", { filled: true }),
    autoport: attr(yesNo, "Libvirt chooses the port at each start.", { filled: true }),
    tlsPort: attr(anyPort, "TCP port of the encrypted channels of SPICE.", { filled: true }),
    websocket: attr(anyPort, "Port of VNC over WebSocket; -1 chooses."),
    socket: attr(text, "Path of a unix socket; an older spelling of `listens`."),
    listen: attr(text, "Address on the host; the first of `listens`.", { filled: true }),
    listens: list(child(Listen), [(l) => l.type], { filled: true }),
    address: attr(text, "Address of a private D-Bus.", { since: "8.4.0" }),
    username: attr(text, "User who may look; RDP only.", { since: "11.2.0" }),
    passwd: attr(text, "Password.", { secret: true, lands: "update" }),
    passwdValidTo: attr(text, "UTC until which the password holds: `2030-01-01T00:00:00`.", { lands: "update" }),
    connected: attr(oneOf("fail", "disconnect", "keep"), "What a new password does to those who are connected.", {
      lands: "update",
    }),
    keymap: attr(text, "Keyboard: `en-us`, …"),
    sharePolicy: attr(
      oneOf("allow-exclusive", "force-shared", "ignore"),
      "Whether several may look at once; VNC only.",
    ),
    powerControl: attr(yesNo, "VNC clients may switch the guest off.", { since: "7.1.0" }),
    wait: attr(yesNo, "Do not start before somebody looks.", { since: "11.10.0" }),
    defaultMode: attr(oneOf("secure", "insecure", "any"), "Whether channels of SPICE are encrypted.", { filled: true }),
    display: attr(text, "X display; SDL only."),
    xauth: attr(text, "X authority file; SDL only."),
    fullscreen: attr(yesNo, "SDL only."),
    replaceUser: attr(yesNo, "A new RDP user ends the older one's session."),
    multiUser: attr(yesNo, "Several RDP users at once."),
    p2p: attr(yesNo, "D-Bus without a bus.", { since: "8.4.0" }),
    channels: list(child(SpiceChannel), (c) => c.name, { doc: "Which channels of SPICE are encrypted." }),
    image: sole(
      "compression",
      oneOf("auto_glz", "auto_lz", "quic", "glz", "lz", "off"),
      "Compression of images; SPICE only.",
      { filled: true },
    ),
    jpeg: sole("compression", oneOf("auto", "never", "always"), "JPEG over slow links; SPICE only."),
    zlib: sole("compression", oneOf("auto", "never", "always"), "zlib over slow links; SPICE only."),
    playback: sole("compression", onOff, "Compress sound; SPICE only."),
    streaming: sole("mode", oneOf("filter", "all", "off"), "Find video in the picture; SPICE only."),
    clipboard: sole("copypaste", yesNo, "Share the clipboard; SPICE only."),
    mouse: sole("mode", oneOf("server", "client"), "Who draws the pointer; SPICE only."),
    filetransfer: sole("enable", yesNo, "Send files into the guest; SPICE only."),
    gl: child(Gl),
    audio: sole("id", positive, "The audio back end; VNC and D-Bus only.", { since: "7.2.0" }),
  },
  { lands: "boot" },
);

const Acceleration = element(
  "acceleration",
  "Accelerated drawing.",
  {
    accel2d: attr(yesNo, "2D."),
    accel3d: attr(yesNo, "3D."),
    rendernode: attr(text, "Path of the host's render device.", { since: "5.8.0" }),
  },
  { named: "VideoAcceleration" },
);
const Resolution = element(
  "resolution",
  "The first resolution.",
  { x: attr(positive, "Columns."), y: attr(positive, "Rows.") },
  { named: "VideoResolution", since: "5.9.0" },
);
const VideoModel = element(
  "model",
  "The emulated card.",
  {
    type: attr(
      oneOf("vga", "cirrus", "vmvga", "xen", "vbox", "qxl", "virtio", "parallels", "gop", "none", "bochs", "ramfb"),
      "Its kind.",
      { wordsSince: { bochs: "5.6.0", gop: "3.2.0", none: "4.6.0", ramfb: "5.9.0" } },
    ),
    ram: attr(sizeIn("KiB"), "Primary memory; QXL only.", { filled: true }),
    vram: attr(sizeIn("KiB"), "Memory.", { filled: true }),
    vram64: attr(sizeIn("KiB"), "Memory beyond 32 bits; QXL only.", { filled: true }),
    vgamem: attr(sizeIn("KiB"), "Memory for VGA; QXL only.", { filled: true }),
    heads: attr(positive, "Screens.", { filled: true }),
    primary: attr(yesNo, "It is the first card.", { filled: true }),
    blob: attr(onOff, "Blob resources; virtio only.", { since: "9.2.0" }),
    edid: attr(onOff, "EDID; `vga`, `bochs` and virtio only.", { since: "11.7.0" }),
    device: attr(
      oneOf("virtio-vga", "virtio-vga-gl", "virtio-gpu", "virtio-gpu-gl", "vhost-user-vga", "vhost-user-gpu"),
      "The device of QEMU that it is; virtio only.",
      { since: "12.5.0", filled: true },
    ),
    acceleration: child(Acceleration),
    resolution: child(Resolution),
  },
  { named: "VideoModel" },
);
const VideoDriver = element(
  "driver",
  "How the host runs the card.",
  {
    name: attr(oneOf("qemu", "vhostuser"), "The back end.", { since: "5.8.0" }),
    vgaconf: attr(oneOf("io", "on", "off"), "VGA configuration of bhyve."),
    ...virtioDriver,
  },
  { named: "VideoDriver" },
);
export const Video = element("video", "A graphics card.", {
  model: child(VideoModel),
  driver: child(VideoDriver, { since: "3.5.0" }),
  ...acpiDevice,
});
