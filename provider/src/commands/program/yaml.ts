/** A project in YAML, as a person would write it. */
import { Document, isScalar, Scalar, visit } from "yaml";
import type { Program } from ".";
import { project } from "./project";

export function yaml(program: Program): string {
  const document = new Document(project(program), { aliasDuplicateObjects: false });
  visit(document, { Scalar: (_, node) => quote(node) });
  return document.toString({ lineWidth: 0 });
}

/** What no version of YAML takes for anything but text. */
const words = /^(?!(?:y|n|yes|no|on|off|true|false|null)$)(?:[/a-z][\w./-]*(?::[a-z][\w./-]*)*|\d+[KMGTPE]iB)$/i;
function quote(node: Scalar): void {
  if (isScalar(node) && typeof node.value === "string")
    node.type = words.test(node.value)
      ? Scalar.PLAIN
      : node.value.includes("\n")
        ? Scalar.BLOCK_LITERAL
        : Scalar.QUOTE_DOUBLE;
}
