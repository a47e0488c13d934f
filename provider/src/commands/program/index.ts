/** A program of one resource in each language. */
import type { Bag } from "../../plugin/resource";
import type { Element, Shape } from "../../vocabulary";
import { go } from "./go";
import { json } from "./json";
import { python } from "./python";
import { typescript } from "./typescript";
import { yaml } from "./yaml";

export interface Program {
  /** The resource's name in it. */
  readonly name: string;
  /** `kvm:index:Domain` */
  readonly token: string;
  readonly declaration: Element<Shape>;
  readonly inputs: Bag;
}
export type Language = (program: Program) => string;

export const languages: Readonly<Record<string, Language>> = { yaml, typescript, python, go, json };
