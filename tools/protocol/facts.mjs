/**
 * What libvirt's protocol files say of each procedure, one a line: program, number, name, what it takes, what it gives.
 *   node tools/protocol/facts.mjs LIBVIRT/src/remote >provider/src/libvirt/testing/protocol.txt
 * reads `remote_protocol.x` and `qemu_protocol.x` of a source tree of libvirt.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
/** What the files take from libvirt's headers. */
const constants = new Map([
  ["VIR_UUID_BUFLEN", 16],
  ["VIR_SECURITY_MODEL_BUFLEN", 257],
  ["VIR_SECURITY_LABEL_BUFLEN", 4097],
  ["VIR_SECURITY_DOI_BUFLEN", 257],
]);
/** By a type's name: how its values lie in a message. */
const layouts = new Map([
  ["int", "int"],
  ["unsigned int", "uint"],
  ["hyper", "hyper"],
  ["unsigned hyper", "uhyper"],
  ["double", "double"],
  // The shorter ones take as much room.
  ["short", "int"],
  ["unsigned char", "uint"],
  ["unsigned short", "uint"],
  ["remote_typed_param_value", "typed"],
]);
const facts = [];

const sizeOf = (word) => constants.get(word) ?? Number(word);

/** `unsigned int flags`, `remote_nonnull_domain doms<REMOTE_DOMAIN_LIST_MAX>`, `opaque uuid[16]`, `remote_string *x`. */
function member(text) {
  const [, type, pointer, size, most] = /^(.+?)\s*(\*)?\s*\b\w+\s*(?:\[(\w+)\]|<(\w*)>)?$/s.exec(text.trim());
  const word = type.replace(/\s+/g, " ").trim();
  if (word === "string") return "string";
  if (word === "char" && size === undefined && most === undefined) return "int";
  if (word === "opaque" || word === "char") return size ? `${word}[${sizeOf(size)}]` : `${word}<${sizeOf(most)}>`;
  const layout = layouts.get(word);
  if (layout === undefined) throw new Error(`the type ${word} of ${text} is not known`);
  if (pointer) return `?(${layout})`;
  if (most !== undefined) return `(${layout})<${sizeOf(most)}>`;
  return size === undefined ? layout : Array(sizeOf(size)).fill(layout).join(" ");
}

const camelCase = (name) => name.toLowerCase().replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

function read(program, file) {
  const text = readFileSync(join(folder, file), "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^%.*$/gm, "");
  for (const [, name] of text.matchAll(/\benum\s+(\w+)/g)) layouts.set(name, "int");
  const declaration =
    /const\s+(\w+)\s*=\s*(\w+)\s*;|typedef\s+([^;]+);|struct\s+(\w+)\s*\{([^}]*)\}\s*;|\b(?:REMOTE|QEMU)_PROC_(\w+)\s*=\s*(\d+)/g;
  for (const [, name, value, alias, struct, members, procedure, number] of text.matchAll(declaration)) {
    if (name) constants.set(name, sizeOf(value));
    if (alias) layouts.set(/(\w+)\s*(?:[[<].*)?$/.exec(alias)[1], member(alias));
    if (struct) {
      const each = members.split(";").filter((line) => line.trim());
      layouts.set(struct, each.map(member).join(" "));
    }
    if (!procedure) continue;
    const of = (what) => layouts.get(`${program}_${procedure.toLowerCase()}_${what}`);
    const message = of("msg");
    facts.push(
      `${program} ${number} ${camelCase(procedure)} : ${message ?? of("args") ?? ""} : ${message ? "event" : (of("ret") ?? "")}`,
    );
  }
}

read("remote", "remote_protocol.x");
read("qemu", "qemu_protocol.x");
process.stdout.write(`${facts.map((fact) => fact.replace(/ +/g, " ").trim()).join("\n")}\n`);
