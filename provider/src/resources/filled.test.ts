/** What libvirt fills in by itself stays out of imports; what somebody wished stays in. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { resources } from "../model";
import type { Bag } from "../plugin/resource";
import { type Element, elementOf, type Shape, typeName } from "../vocabulary";
import { parse } from "../xml";
import { depends } from "./filled";
import { imported } from "./look";

const domain = (devices: string, more = ""): Bag =>
  imported(resources.Domain.inputs, parse(`<domain type='kvm'>${more}<devices>${devices}</devices></domain>`));

test("every type and property of the table is in the model", () => {
  const met = new Map<string, Element<Shape>>();
  const visit = (of: Element<Shape>): void => {
    if (met.get(typeName(of)) === of) return;
    met.set(typeName(of), of);
    for (const inner of Object.values(of.shape).flatMap((field) => elementOf(field) ?? [])) visit(inner);
  };
  for (const { inputs } of Object.values(resources)) visit(inputs);
  const strange = Object.entries(depends).flatMap(([type, properties]) =>
    Object.keys(properties).flatMap((key) => (key in (met.get(type)?.shape ?? {}) ? [] : [`${type}.${key}`])),
  );
  expect(strange).toEqual([]);
});

test("a domain as libvirt wrote it becomes what a person would have said", () => {
  const golden = readFileSync(join(__dirname, "../model/golden/domain-plain.xml"), "utf8");
  const { name, uuid, __defaults, ...said } = imported(resources.Domain.inputs, parse(golden));
  expect(said).toEqual({
    type: "qemu",
    memory: "512MiB",
    vcpus: 1,
    os: { type: "hvm", arch: "x86_64", machine: "pc-q35-7.2", boots: ["hd"] },
    features: { acpi: true, apic: true },
    disks: [{ file: "/a.qcow2", driver: { type: "qcow2" }, target: { dev: "vda", bus: "virtio" } }],
    interfaces: [{ network: "default", mac: "52:54:00:00:00:05", model: "virtio" }],
    serials: [{ type: "pty" }],
    channels: [
      { type: "unix", target: { type: "virtio", name: "org.qemu.guest_agent.0" } },
      { type: "spicevmc", target: { type: "virtio", name: "com.redhat.spice.0" } },
    ],
    graphics: [{ type: "spice", autoport: true, image: "off" }],
    sounds: [{ model: "ich9" }],
    videos: [{ model: { type: "qxl" } }],
    redirdevs: [{ type: "spicevmc", bus: "usb" }],
    rngs: [{ model: "virtio", backend: { model: "random", value: "/dev/urandom" } }],
  });
});

test.each<[string, string, object]>([
  [
    "a port of a screen",
    "<graphics type='vnc' port='5901' autoport='no'/>",
    { graphics: [{ type: "vnc", port: 5901 }] },
  ],
  [
    "a controller with something to say",
    "<controller type='usb' index='0' model='qemu-xhci' ports='15'/>",
    { controllers: [{ type: "usb", index: 0, model: "qemu-xhci", ports: 15 }] },
  ],
  [
    "a controller that libvirt would not have chosen",
    "<controller type='scsi' index='0' model='virtio-scsi'/>",
    { controllers: [{ type: "scsi", index: 0, model: "virtio-scsi" }] },
  ],
  ["no balloon", "<memballoon model='none'/>", { memballoons: [{ model: "none" }] }],
  ["a keyboard on another bus", "<input type='keyboard' bus='usb'/>", { inputs: [{ type: "keyboard", bus: "usb" }] }],
  [
    "where a serial port goes",
    "<serial type='file'><source path='/var/log/a'/></serial>",
    { serials: [{ type: "file", source: { path: "/var/log/a" } }] },
  ],
  [
    "a console of virtio",
    "<console type='pty'><target type='virtio' port='1'/></console>",
    { consoles: [{ type: "pty", target: { type: "virtio", port: 1 } }] },
  ],
  ["where sound goes", "<audio id='1' type='pulseaudio'/>", { audios: [{ type: "pulseaudio" }] }],
  ["an emulator of one's own", "<emulator>/opt/qemu</emulator>", { emulator: "/opt/qemu" }],
  [
    "what holds something that no property says",
    "<input type='mouse' bus='ps2' colour='red'/>",
    { inputs: [{ type: "mouse" }], xml: [{ set: "./devices/input/@colour", value: "red" }] },
  ],
])("%s is a wish", (_, devices, said) => {
  expect(domain(devices)).toMatchObject(said);
});

test("what may be less than all memory is said when it is less", () => {
  const memory = (now: string): Bag =>
    domain("", `<memory unit='KiB'>2048</memory><currentMemory unit='KiB'>${now}</currentMemory>`);
  expect(memory("2048")).not.toHaveProperty("currentMemory");
  expect(memory("1024")).toHaveProperty("currentMemory", "1MiB");
});
