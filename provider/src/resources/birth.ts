/** What Check does alike for every object but a domain: faults, the name where it has one, the UUID, and what is remembered of its birth. */
import type { Bag, Checked, CheckFailure, CheckRequest, Path, Value } from "../plugin/resource";
import { hasUnknown } from "../unknown";
import { type Element, type Shape, write } from "../vocabulary";
import type { Context } from "./context";
import { editsOf, strays } from "./edits";
import { checkDeclared, secretsOf, spoken } from "./inputs";
import { wanted } from "./look";
import { identify, nameFor } from "./owner";
import { hidden } from "./state";
import { checkHost } from "./whereabouts";

export interface Birth {
  readonly declaration: Element<Shape>;
  /** Whether a UUID is among its properties: then it is the mark by which our own object is known. */
  readonly uuid: boolean;
  /** What tells an old object from the one that replaces it. */
  readonly identity: (values: Bag) => string;
  /** What is filled in at birth where the program says nothing. */
  readonly defaults: Bag;
  /** Faults of this kind of object alone. */
  readonly faults: (request: CheckRequest) => readonly CheckFailure[];
  /** Secrets that their declaration cannot tell: only some values are. */
  readonly secrets?: (values: Bag) => readonly Path[];
}

export function born(birth: Birth, context: Context, request: CheckRequest): Checked {
  const { declaration } = birth;
  const { urn, olds, news } = request;
  const failures = [...checkDeclared(declaration, news), ...checkHost(context, request), ...birth.faults(request)];
  if (olds) context.replacements.remember(urn, birth.identity(olds.values));
  const identity = identify(context.owner(), urn, olds ? undefined : context.replacements.replaced(urn));
  const values = spoken(declaration, news.values);
  if ("name" in declaration.shape) {
    const named = nameFor(declaration, request, identity);
    if ("reason" in named) failures.push(named);
    else {
      values["name"] = named.name;
      if (named.autonamed) values[hidden.autonamed] = named.autonamed;
    }
  }
  if (birth.uuid) mint(values, olds?.values, identity.uuid);
  values[hidden.defaults] = olds
    ? (olds.values[hidden.defaults] ?? {})
    : (news.values[hidden.defaults] ?? unsaid(birth.defaults, values));
  if (!olds) context.replacements.begin(urn, values);
  if (!olds && failures.length === 0) failures.push(...straysIn(declaration, values as Bag));
  const given = [...news.secrets, ...(birth.secrets?.(values) ?? [])];
  return { inputs: { values, secrets: secretsOf(declaration, values, given) }, failures };
}

/** The program's edits that lead nowhere in what is to be made; what nobody knows yet may bring what they need. */
function straysIn(declaration: Element<Shape>, values: Bag): CheckFailure[] {
  const edits = editsOf(values);
  if (edits.length === 0 || hasUnknown(values)) return [];
  return strays(write(declaration, wanted(declaration, values)), edits);
}

/** The UUID that the program gives, else the one of the birth. */
function mint(values: Record<string, Value | undefined>, olds: Bag | undefined, fresh: string): void {
  if (values["uuid"] !== undefined) return;
  values["uuid"] = olds?.["uuid"] ?? fresh;
  if (olds?.["uuid"] === undefined || olds[hidden.minted] === true) values[hidden.minted] = true;
}

/** Later versions may have other defaults: those of the birth stay, and so does the absence of the others. */
const unsaid = (defaults: Bag, values: Bag): Bag =>
  Object.fromEntries(Object.entries(defaults).filter(([key]) => values[key] === undefined));
