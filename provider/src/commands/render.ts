/** `render`: the XML that would be defined, of a program's inputs. */
import { asFailure, Failure } from "../failure";
import type { Bag } from "../plugin/resource";
import { documentOf, type Kind, kinds } from "../resources/documents";
import { print } from "../xml";
import { parsed } from "./arguments";
import { nameOf, textOf } from "./file";
import { type Said, saidIn } from "./said";

export const usage = `render FILE.(json|yaml) [--resource NAME] [--kind ${Object.keys(kinds).join("|")}]; - is standard input`;

export async function render(args: readonly string[]): Promise<string> {
  const { file, options } = parsed(args, ["resource", "kind"], usage);
  try {
    const { token, inputs } = chosen(saidIn(await textOf(file)), options["resource"]);
    return print(documentOf(kindOf(token, options["kind"], inputs), inputs));
  } catch (thrown) {
    throw asFailure(thrown).in({ object: nameOf(file) });
  }
}

/** The one resource whose XML is wanted. */
function chosen(said: readonly Said[], name: string | undefined): Said {
  const names = said.flatMap((one) => one.name ?? []).join(", ");
  const found = name === undefined ? said : said.filter((one) => one.name === name);
  const [one, ...others] = found;
  if (!one)
    throw new Failure("invalid", `there is no resource ${name} of ours in it`, { remedy: `There are ${names}` });
  if (others.length > 0)
    throw new Failure("invalid", `it has ${found.length} resources`, {
      remedy: `Choose one with --resource: ${names}`,
    });
  return one;
}

function kindOf(token: string | undefined, name: string | undefined, inputs: Bag): Kind {
  const known = Object.entries(kinds);
  if (name !== undefined && !Object.hasOwn(kinds, name))
    throw new Failure("invalid", `--kind ${name} is no kind; it may be ${known.map(([root]) => root).join(", ")}`);
  const found =
    name !== undefined ? kinds[name] : token !== undefined ? byToken(token) : nearestKind(Object.values(kinds), inputs);
  if (found) return found;
  throw new Failure("invalid", `${token} is nothing of which there is XML`, {
    remedy: `It may be ${known.map(([, kind]) => short(kind.token)).join(", ")}`,
  });
}
/** `kvm:Domain` is short for `kvm:index:Domain`. */
const short = (token: string): string => token.replace(":index:", ":");
const byToken = (token: string): Kind | undefined =>
  Object.values(kinds).find((kind) => short(kind.token) === short(token));
/** Inputs alone do not say of what: it is the kind that has the most of these properties, the first of those that do. */
function nearestKind(all: readonly Kind[], inputs: Bag): Kind | undefined {
  const strange = ({ declaration }: Kind): number =>
    Object.keys(inputs).filter((key) => !(key in declaration.shape)).length;
  return all.reduce<Kind | undefined>(
    (best, kind) => (best && strange(best) <= strange(kind) ? best : kind),
    undefined,
  );
}
