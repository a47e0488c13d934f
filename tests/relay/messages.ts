/** libvirt's messages on their way: where each ends, and what it is called. */
import { STATUS, TYPE } from "../../provider/src/libvirt/frame";
import { PROGRAM, procedures } from "../../provider/src/libvirt/procedures";
import type { From, Splitter } from "./relay";

/** Each message begins with its length. */
export function wholeMessages(): Splitter {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const messages: Buffer[] = [];
    while (rest.length >= 4 && rest.length >= rest.readUInt32BE(0)) {
      const size = rest.readUInt32BE(0);
      messages.push(rest.subarray(0, size));
      rest = rest.subarray(size);
    }
    return messages;
  };
}

const names = new Map<string, string>(
  Object.entries(procedures).map(([name, { program, number }]) => [`${program}/${number}`, name]),
);
const types = new Map<number, string>([
  [TYPE.call, "call"],
  [TYPE.reply, "reply"],
  [TYPE.message, "event"],
  [TYPE.stream, "data"],
  [TYPE.streamHole, "hole"],
]);

/** As in `client: storageVolUpload data`. */
export function nameOf(from: From, message: Buffer): string {
  const [program, number, type, status] = [4, 12, 16, 24].map((at) => message.readUInt32BE(at));
  if (program === PROGRAM.keepalive) return `${from}: keepalive`;
  const said = type === TYPE.stream && status !== STATUS.continue ? "end of data" : types.get(type ?? -1);
  return `${from}: ${names.get(`${program}/${number}`) ?? number} ${said ?? type}`;
}
