/** A volume's id: its pool and its name. */
import { Failure } from "../../failure";

export interface Volume {
  readonly pool: string;
  readonly name: string;
}

export const idOf = ({ pool, name }: Volume): string => `${pool}/${name}`;

/** A pool's name has no slash; a volume's may (those of Gluster do). */
export function parse(id: string): Volume | undefined {
  const slash = id.indexOf("/");
  return slash > 0 && slash < id.length - 1 ? { pool: id.slice(0, slash), name: id.slice(slash + 1) } : undefined;
}

export function parsed(id: string): Volume {
  const volume = parse(id);
  if (volume) return volume;
  throw new Failure("invalid", `${JSON.stringify(id)} is no volume's id`, {
    remedy: "Write it as pool/volume, such as default/root.qcow2",
  });
}
export const objectOf = (volume: Volume): string => `volume ${idOf(volume)}`;
