/** One declaration, many uses: the words in which elements are declared, and all that is derived from a declaration. */

export { check, type Dialect, type Fault } from "./check";
export { confine } from "./confine";
export { type Change, diff } from "./diff";
export { apply, astray, type Edit, edits, namesIn } from "./edits";
export {
  attr,
  body,
  child,
  type Element,
  either,
  element,
  elementOf,
  type Facts,
  type Field,
  foreign,
  group,
  here,
  inside,
  leaf,
  list,
  mark,
  nested,
  type Of,
  own,
  type Shape,
  short,
  shortOf,
  shortPair,
  sole,
  table,
  typeName,
  typeOf,
  type Value,
  variants,
} from "./element";
export { knownPart } from "./known";
export { merge } from "./merge";
export { normal, told } from "./normal";
export { doubles } from "./once";
export { rest } from "./plan";
export { read } from "./read";
export { secretPaths } from "./secrets";
export { brief, long } from "./short";
export { slips } from "./slips";
export * from "./types";
export { type Depends, type Filled, wished } from "./wished";
export { write } from "./write";
