/** Rock Ridge (RRIP 1.10 over SUSP 1.12): the names, modes and times that Linux reads. */
import { both32, shortDate } from "./fields";
import type { Node } from "./tree";

/** What a directory record is about: a child by its node, or the folder itself or its parent. */
export type Subject = Node | "self" | "parent";

const FOLDER = 0o040555;
const FILE = 0o100444;
const TIMES = { modify: 0x02, access: 0x04, attributes: 0x08 };

/** The system use area of one directory record; the root's own record announces the extension. */
export function systemUse(subject: Subject, isRoot: boolean): Buffer {
  const folder = typeof subject === "string" || subject.kind === "folder";
  return Buffer.concat([
    ...(subject === "self" && isRoot ? [indicator()] : []),
    attributes(folder ? FOLDER : FILE, folder ? 2 : 1),
    times(),
    ...(typeof subject === "string" ? [] : [entry("NM", Buffer.concat([Buffer.from([0]), Buffer.from(subject.name)]))]),
    ...(subject === "self" && isRoot ? [extension()] : []),
  ]);
}

function indicator(): Buffer {
  return entry("SP", Buffer.from([0xbe, 0xef, 0]));
}

function extension(): Buffer {
  const id = Buffer.from("RRIP_1991A", "latin1");
  return entry("ER", Buffer.concat([Buffer.from([id.length, 0, 0, 1]), id]));
}

function attributes(mode: number, links: number): Buffer {
  return entry("PX", Buffer.concat([both32(mode), both32(links), both32(0), both32(0)]));
}

function times(): Buffer {
  const flags = TIMES.modify | TIMES.access | TIMES.attributes;
  return entry("TF", Buffer.concat([Buffer.from([flags]), shortDate(), shortDate(), shortDate()]));
}

function entry(signature: string, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from(signature, "latin1"), Buffer.from([4 + data.length, 1]), data]);
}
