/** The protocol's service, with the property sets of its requests left as the bytes that they came as. */
import type { ServiceDefinition } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Bytes, Reader } from "./struct";

/** The numbers of the fields that are property sets, and who takes them. */
const sets: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  check: { 2: "setOlds", 3: "setNews" },
  diff: { 3: "setOlds", 4: "setNews", 6: "setOldInputs" },
  create: { 2: "setProperties" },
  read: { 3: "setProperties", 4: "setInputs" },
  update: { 3: "setOlds", 4: "setNews", 8: "setOldInputs" },
  delete: { 3: "setProperties", 5: "setOldInputs" },
};
type Setters = Record<string, (struct: Bytes) => void>;

export const definition: ServiceDefinition = Object.fromEntries(
  Object.entries(ResourceProviderService as unknown as ServiceDefinition).map(([name, method]) => {
    const fields = sets[name];
    if (!fields) return [name, method];
    return [
      name,
      { ...method, requestDeserialize: (bytes: Buffer) => apart(bytes, fields, method.requestDeserialize) },
    ];
  }),
);

/** The request of everything else, with its property sets put in unread. */
function apart(bytes: Buffer, fields: Readonly<Record<number, string>>, rest: (bytes: Buffer) => object): object {
  const others: Buffer[] = [];
  const found: [string, Bytes][] = [];
  const reader = new Reader(bytes);
  while (!reader.done) {
    const from = reader.position;
    const tag = reader.varint();
    const setter = fields[Math.floor(tag / 8)];
    reader.skip(tag & 7);
    if (setter === undefined) others.push(bytes.subarray(from, reader.position));
    else found.push([setter, new Bytes(inside(bytes, from, reader.position))]);
  }
  const request = rest(Buffer.concat(others));
  for (const [setter, struct] of found) (request as Setters)[setter]?.(struct);
  return request;
}
/** A field's bytes without its tag and length. */
function inside(bytes: Buffer, from: number, end: number): Buffer {
  const reader = new Reader(bytes, from, end);
  reader.varint();
  reader.varint();
  return bytes.subarray(reader.position, end);
}
