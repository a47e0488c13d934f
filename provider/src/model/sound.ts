/** Sound cards, and where their sound goes on the host. */
import { attr, child, element, list, natural, oneOf, positive, sole, text, yesNo } from "../vocabulary";
import { acpiDevice, VirtioDriver } from "./common";

const AudioSettings = element(
  "settings",
  "How sound is sampled.",
  {
    frequency: attr(natural, "Samples a second."),
    channels: attr(natural, "Channels."),
    format: attr(oneOf("s8", "u8", "s16", "u16", "s32", "u32", "f32"), "What a sample is."),
  },
  { named: "AudioSettings" },
);
const AudioSide = element(
  "input",
  "One direction of sound.",
  {
    mixingEngine: attr(yesNo, "Mix in QEMU."),
    fixedSettings: attr(yesNo, "Only these settings."),
    voices: attr(natural, "Voices."),
    settings: child(AudioSettings),
    bufferCount: attr(natural, "Number of buffers; OSS only."),
    tryPoll: attr(yesNo, "Wait for the device by polling; ALSA and OSS only."),
    serverName: attr(text, "Name of the JACK server."),
    clientName: attr(text, "Our name at the JACK server."),
    connectPorts: attr(text, "Which of JACK's ports to connect to: a pattern."),
    exactName: attr(yesNo, "Take just this name at the JACK server, or none."),
    bufferLength: attr(natural, "Microseconds of the buffer."),
    dev: attr(text, "The host's device."),
    name: attr(text, "Name at the host's sound server."),
    streamName: attr(text, "Name of the stream."),
    latency: attr(natural, "Microseconds of delay that are wanted."),
  },
  { named: "AudioDirection" },
);
export const Audio = element("audio", "Where the guest's sound goes; libvirt adds one.", {
  id: attr(positive, "Its number.", { filled: true }),
  type: attr(
    oneOf("none", "alsa", "coreaudio", "dbus", "jack", "oss", "pipewire", "pulseaudio", "sdl", "spice", "file"),
    "The back end.",
    { filled: true, wordsSince: { pipewire: "9.10.0" } },
  ),
  timerPeriod: attr(natural, "Microseconds between two looks."),
  path: attr(text, "File to write; `file` only."),
  driver: attr(oneOf("esd", "alsa", "arts", "pulseaudio"), "Driver of SDL."),
  tryMMap: attr(yesNo, "Map the device into memory; OSS only."),
  exclusive: attr(yesNo, "Have the device alone; OSS only."),
  dspPolicy: attr(natural, "Delay against load of the processor; OSS only."),
  serverName: attr(text, "The host's sound server."),
  runtimeDir: attr(text, "Run-time directory of PipeWire.", { since: "9.10.0" }),
  input: child(AudioSide, { doc: "What the guest records." }),
  output: child(AudioSide, { as: "output", doc: "What the guest plays." }),
});
export const Sound = element("sound", "A sound card.", {
  model: attr(oneOf("sb16", "es1370", "pcspk", "ac97", "ich6", "ich9", "usb", "ich7", "virtio"), "The emulated card.", {
    wordsSince: { virtio: "10.4.0" },
  }),
  multichannel: attr(yesNo, "More than two channels; `usb` only.", { since: "9.3.0" }),
  streams: attr(positive, "Streams of sound; virtio only.", { since: "10.4.0" }),
  driver: child(VirtioDriver, { since: "10.4.0" }),
  codecs: list(sole("type", oneOf("duplex", "micro", "output"), "Codecs; ICH only.", { as: "codec" })),
  audio: sole("id", positive, "The audio back end.", { since: "7.2.0" }),
  ...acpiDevice,
});
