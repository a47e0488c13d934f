/** Whose packets pass a network filter: cards of running domains name it, or another filter that includes it. */
import type { Host, Limits } from "../../host/host";
import { child, type Node, parse } from "../../xml";
import { maybe } from "../maybe";

/** `virConnectListAllDomainsFlags`: the running ones. */
const running = 1;

/** In words, one for each card. */
export async function usersOf(host: Host, filter: string, limits: Limits): Promise<string[]> {
  const [ways, { domains }] = await Promise.all([
    including(host, filter, limits),
    host.call("connectListAllDomains", { flags: running }, limits),
  ]);
  const found = await Promise.all(
    domains.map(async (dom) => {
      const about = { object: `domain ${dom.name}`, ...limits };
      // It may stop between the list and the look.
      const got = await maybe(host.call("domainGetXmlDesc", { dom }, about));
      return got ? cardsOf(parse(got.xml)).flatMap((card) => use(dom.name, card, filter, ways)) : [];
    }),
  );
  return found.flat();
}
function use(domain: string, card: Node, filter: string, ways: ReadonlySet<string>): string[] {
  const [name] = includedBy(card);
  if (name === undefined || !ways.has(name)) return [];
  const device = child(card, "target")?.attrs["dev"];
  return [`domain ${domain} (card ${device}${name === filter ? "" : `, by nwfilter ${name}`})`];
}

/** This filter and those that include it, straight or by others. */
async function including(host: Host, filter: string, limits: Limits): Promise<ReadonlySet<string>> {
  const { filters } = await host.call("connectListAllNwfilters", {}, limits);
  const all = await Promise.all(
    filters.map(async (nwfilter) => {
      const about = { object: `nwfilter ${nwfilter.name}`, ...limits };
      const got = await maybe(host.call("nwfilterGetXmlDesc", { nwfilter }, about));
      return { name: nwfilter.name, includes: got ? includedBy(parse(got.xml)) : [] };
    }),
  );
  const ways = new Set([filter]);
  // A set that grows while it is walked is walked to its end.
  for (const one of ways) for (const { name, includes } of all) if (includes.includes(one)) ways.add(name);
  return ways;
}
const includedBy = ({ children }: Node): string[] =>
  children.flatMap(({ name, attrs: { filter } }) => (name === "filterref" && filter !== undefined ? [filter] : []));

const cardsOf = (domain: Node): Node[] =>
  domain.children
    .filter(({ name }) => name === "devices")
    .flatMap(({ children }) => children)
    .filter(({ name }) => name === "interface");
