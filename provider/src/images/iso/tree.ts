/** Paths become a tree of folders and files, under the limits that every reader shares. */
import { Failure } from "../../failure";

export interface File {
  readonly kind: "file";
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Folder {
  readonly kind: "folder";
  readonly name: string;
  readonly children: Map<string, Node>;
}

export type Node = File | Folder;

/** Joliet's limit in UTF-16 units, less the version `;1` that a file's identifier ends in. */
const LONGEST_NAME = 62;
/** What fits into one directory record beside the other Rock Ridge fields, in bytes of UTF-8. */
const LONGEST_UTF8 = 140;
/** Levels of ECMA-119 6.8.2.1, the root included. */
const DEEPEST = 8;
/** What Joliet's and Windows' file names exclude, and halves of characters. */
const FORBIDDEN = /["*/:;<>?\\|]|\p{Cc}|\p{Surrogate}/u;

/** The tree of these files; throws `Failure` `invalid` for a path that some reader could not show. */
export function tree(files: Readonly<Record<string, Uint8Array>>): Folder {
  const root: Folder = { kind: "folder", name: "", children: new Map() };
  for (const [path, bytes] of Object.entries(files)) add(root, path, bytes);
  return root;
}

function add(root: Folder, path: string, bytes: Uint8Array): void {
  const names = path.split("/");
  for (const name of names) checkName(name, path);
  if (names.length >= DEEPEST) throw unusable(path, `lies deeper than ${DEEPEST - 1} levels`);
  const last = names.pop() ?? "";
  let folder = root;
  for (const name of names) folder = subfolder(folder, name, path);
  if (folder.children.has(last)) throw unusable(path, "is a folder and a file at once");
  folder.children.set(last, { kind: "file", name: last, bytes });
}

function subfolder(parent: Folder, name: string, path: string): Folder {
  const there = parent.children.get(name);
  if (there?.kind === "file") throw unusable(path, `needs ${JSON.stringify(name)} to be a folder, which is a file`);
  if (there) return there;
  const made: Folder = { kind: "folder", name, children: new Map() };
  parent.children.set(name, made);
  return made;
}

function checkName(name: string, path: string): void {
  if (name === "") throw unusable(path, "has an empty name in it");
  if (FORBIDDEN.test(name)) throw unusable(path, "has a character that names on a disc cannot have");
  // Linux and Windows cut dots off the end of a Joliet name; this also excludes "." and "..".
  if (name.endsWith(".")) throw unusable(path, "has a name that ends in a dot");
  if (name.length > LONGEST_NAME || Buffer.byteLength(name) > LONGEST_UTF8) {
    throw unusable(path, `has a name longer than ${LONGEST_NAME} characters or ${LONGEST_UTF8} bytes`);
  }
}

function unusable(path: string, why: string): Failure {
  return new Failure("invalid", `path ${JSON.stringify(path)} ${why}`, {
    object: "ISO image",
    remedy: 'Choose another path: parts between slashes, without any of " * : ; < > ? \\ |',
  });
}
