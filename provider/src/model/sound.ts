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
    mixingEngine: attr(yesNo, "Mix in QEMU.", { since: "7.2.0" }),
    fixedSettings: attr(yesNo, "Only these settings.", { since: "7.2.0" }),
    voices: attr(natural, "Voices.", { since: "7.2.0" }),
    settings: child(AudioSettings, { since: "7.2.0" }),
    bufferCount: attr(natural, "Number of buffers; OSS only.", { since: "7.2.0" }),
    tryPoll: attr(yesNo, "Wait for the device by polling; ALSA and OSS only.", { since: "7.2.0" }),
    serverName: attr(text, "Name of the JACK server.", { since: "7.2.0" }),
    clientName: attr(text, "Our name at the JACK server.", { since: "7.2.0" }),
    connectPorts: attr(text, "Which of JACK's ports to connect to: a pattern.", { since: "7.2.0" }),
    exactName: attr(yesNo, "Take just this name at the JACK server, or none.", { since: "7.2.0" }),
    bufferLength: attr(natural, "Microseconds of the buffer.", { since: "7.2.0" }),
    dev: attr(text, "The host's device."),
    name: attr(text, "Name at the host's sound server.", { since: "7.2.0" }),
    streamName: attr(text, "Name of the stream.", { since: "7.2.0" }),
    latency: attr(natural, "Microseconds of delay that are wanted.", { since: "7.2.0" }),
  },
  { named: "AudioDirection" },
);
export const Audio = element("audio", "Where the guest's sound goes; libvirt adds one.", {
  id: attr(positive, "Its number.", { filled: true }),
  type: attr(
    oneOf("none", "alsa", "coreaudio", "dbus", "jack", "oss", "pipewire", "pulseaudio", "sdl", "spice", "file"),
    "The back end.",
    {
      filled: true,
      wordsSince: {
        pipewire: "9.10.0",
        alsa: "7.2.0",
        coreaudio: "7.2.0",
        dbus: "8.4.0",
        file: "7.2.0",
        jack: "7.2.0",
        none: "7.2.0",
        pulseaudio: "7.2.0",
        sdl: "7.2.0",
        spice: "7.2.0",
      },
    },
  ),
  timerPeriod: attr(natural, "Microseconds between two looks.", { since: "7.5.0" }),
  path: attr(text, "File to write; `file` only.", { since: "7.2.0" }),
  driver: attr(oneOf("esd", "alsa", "arts", "pulseaudio"), "Driver of SDL.", { since: "7.2.0" }),
  tryMMap: attr(yesNo, "Map the device into memory; OSS only.", { since: "7.2.0" }),
  exclusive: attr(yesNo, "Have the device alone; OSS only.", { since: "7.2.0" }),
  dspPolicy: attr(natural, "Delay against load of the processor; OSS only.", { since: "7.2.0" }),
  serverName: attr(text, "The host's sound server.", { since: "7.2.0" }),
  runtimeDir: attr(text, "Run-time directory of PipeWire.", { since: "9.10.0" }),
  input: child(AudioSide, { doc: "What the guest records." }),
  output: child(AudioSide, { as: "output", doc: "What the guest plays." }),
});
export const Sound = element("sound", "A sound card.", {
  model: attr(oneOf("sb16", "es1370", "pcspk", "ac97", "ich6", "ich9", "usb", "ich7", "virtio"), "The emulated card.", {
    wordsSince: { virtio: "10.4.0", ich7: "6.7.0" },
  }),
  multichannel: attr(yesNo, "More than two channels; `usb` only.", { since: "9.3.0" }),
  streams: attr(positive, "Streams of sound; virtio only.", { since: "10.4.0" }),
  driver: child(VirtioDriver, { since: "10.4.0" }),
  codecs: list(
    sole("type", oneOf("duplex", "micro", "output"), "Codecs; ICH only.", {
      as: "codec",
      wordsSince: { output: "4.4.0" },
    }),
  ),
  audio: sole("id", positive, "The audio back end.", { since: "6.7.0" }),
  ...acpiDevice,
});
