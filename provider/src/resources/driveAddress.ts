/** Where libvirt puts a drive of which nobody says its address: it follows from the drive's name. */
import { at, fingerprint, isLoose, type Loose, textAt } from "./values";

/** virDomainDiskDefAssignAddress: units on a controller's bus, and buses of a controller. */
const room: Readonly<Record<string, readonly [units: number, buses: number]>> = {
  scsi: [7, 1],
  sata: [6, 1],
  ide: [2, 2],
  fdc: [2, 1],
};

/** `sda` is 0, `sdz` 25, `sdaa` 26. */
const place = (letters: string): number =>
  [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 96, 0) - 1;

/** Whether this drive stands elsewhere than where libvirt would put it again from its name. */
export function standsElsewhere(disk: Loose): boolean {
  const { address } = disk;
  if (!isLoose(address) || address["type"] !== "drive") return false;
  const [units, buses] = room[textAt(disk, "target", "bus") ?? ""] ?? [1, 1];
  const letters = /^[a-z]d([a-z]+)$/.exec(textAt(disk, "target", "dev") ?? "")?.[1];
  if (letters === undefined) return true;
  const n = place(letters);
  const [unit, bus, controller] = [n % units, Math.floor(n / units) % buses, Math.floor(n / units / buses)];
  const said = ["controller", "bus", "target", "unit"].map((part) => at(address, part) ?? "0");
  return fingerprint(said) !== fingerprint([controller, bus, 0, unit].map(String));
}
