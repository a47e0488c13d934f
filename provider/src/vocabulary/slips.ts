/** Slips in a program's edits of the XML: a name that nobody knows beside one that is nearly the same. What resembles nothing is what edits are for. */
import { type Node, parse } from "../xml";
import type { Fault } from "./check";
import { type Edit, malformed, namesIn } from "./edits";
import { type Element, elementOf, type Field, type Shape, typeOf } from "./element";
import { isBag, type Plan, planOf } from "./plan";

/** What may stand in an element. */
interface Known {
  readonly attributes: readonly string[];
  readonly elements: readonly string[];
  /** Undefined of an element in which anything may stand. */
  into(name: string): Known | undefined;
}

/** Each on the edit's own property: `xml[0].set`. Edits that are not known yet, or have no path, are passed over. */
export function slips(element: Element<Shape>, edits: unknown): Fault[] {
  if (!Array.isArray(edits)) return [];
  const root = inPlan(planOf(element.shape));
  return edits.flatMap((edit: unknown, i) => (isBag(edit) ? ofEdit(root, edit as Edit, ["xml", i]) : []));
}
function ofEdit(root: Known, edit: Edit, at: Fault["path"]): Fault[] {
  for (const verb of ["set", "add", "delete"] as const) {
    const path = edit[verb];
    if (typeof path !== "string") continue;
    const wrong = malformed(verb, path);
    if (wrong !== undefined) return [{ path: [...at, verb], reason: wrong }];
    const { problem, end } = follow(root, path);
    if (problem !== undefined) return [{ path: [...at, verb], reason: problem }];
    if (verb === "add" && end && typeof edit.xml === "string") return added(end, edit.xml, [...at, "xml"]);
  }
  return [];
}

/** Goes the path's names as far as they are known. */
function follow(root: Known, path: string): { problem?: string; end?: Known } {
  let here: Known | undefined = root;
  for (const name of namesIn(path)) {
    const problem = here && slip(here, name);
    if (problem !== undefined) return { problem };
    here = name.startsWith("@") ? undefined : here?.into(name);
  }
  return here ? { end: here } : {};
}
function added(into: Known, xml: string, path: Fault["path"]): Fault[] {
  try {
    return inTree(into, parse(xml, "invalid")).map((reason) => ({ path, reason }));
  } catch (thrown) {
    return [{ path, reason: `is no element: ${(thrown as Error).message}` }];
  }
}
function inTree(around: Known, tree: Node): string[] {
  const problem = slip(around, tree.name);
  if (problem !== undefined) return [problem];
  const here = around.into(tree.name);
  if (!here) return [];
  const attributes = Object.keys(tree.attrs).flatMap((name) => slip(here, `@${name}`) ?? []);
  return [...attributes, ...tree.children.flatMap((child) => inTree(here, child))];
}

/** One letter is wrong, missing or too many, or two have changed places: what differs more, or is short, may be another word. */
function isSlip(word: string, known: string): boolean {
  const [short, long] = word.length < known.length ? [word, known] : [known, word];
  if (short.length < 4 || long.length - short.length > 1) return false;
  let from = 0;
  while (from < short.length && short[from] === long[from]) from++;
  let to = 0;
  while (to < short.length - from && short.at(-1 - to) === long.at(-1 - to)) to++;
  const [a, b] = [short.slice(from, short.length - to), long.slice(from, long.length - to)];
  return b.length <= 1 || (b.length === 2 && a === `${b[1]}${b[0]}`);
}
function slip(known: Known, name: string): string | undefined {
  if (name.startsWith("{")) return undefined;
  const [sign, word] = name.startsWith("@") ? ["@", name.slice(1)] : ["", name];
  const words = sign ? known.attributes : known.elements;
  if (words.includes(word)) return undefined;
  const near = words.find((one) => isSlip(word, one));
  return near === undefined
    ? undefined
    : `names ${name}, which libvirt does not know here; did you mean ${sign}${near}?`;
}

function inPlan(plan: Plan): Known {
  return {
    attributes: [...plan.attrs.keys(), ...plan.also.keys()],
    elements: [...plan.kids.keys(), ...plan.wrappers.keys()],
    into: (name) => {
      const wrapper = plan.wrappers.get(name);
      const field = plan.kids.get(name)?.field;
      if (field && wrapper) return both(inField(field), inPlan(wrapper));
      return wrapper ? inPlan(wrapper) : field && inField(field);
    },
  };
}
/** An element of which some properties are spread into what is around it. */
const both = (one: Known | undefined, other: Known): Known | undefined =>
  one && {
    attributes: [...one.attributes, ...other.attributes],
    elements: [...one.elements, ...other.elements],
    into: (name) => one.into(name) ?? other.into(name),
  };
function inField(field: Field<unknown>): Known | undefined {
  const { place } = field;
  if (place.at === "foreign" || place.at === "either") return undefined;
  const of = elementOf(field);
  if (of) return inPlan(planOf(of.shape));
  const also = typeOf(field)?.also;
  const attributes = [...(place.at === "sole" ? [place.attr] : []), ...(also === undefined ? [] : [also])];
  return { attributes, elements: [], into: () => undefined };
}
