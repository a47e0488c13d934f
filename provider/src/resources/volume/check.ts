/** Faults of a volume's inputs that its declaration cannot tell. */
import { asFailure } from "../../failure";
import { parseChecksum } from "../../images/checksum";
import type { Bag, CheckFailure, CheckRequest, Path, Value } from "../../plugin/resource";
import { unknown } from "../../unknown";
import { bytes } from "../../vocabulary";
import { withoutHidden } from "../inputs";
import { parse } from "./id";
import { isBag, withoutSecrets } from "./source";

export function faults({ olds, news }: CheckRequest): CheckFailure[] {
  const values = withoutHidden(news.values);
  return [...ofCapacity(values, olds?.values), ...ofSource(values), ...ofIds(values)];
}
const fault = (property: Path, reason: string): CheckFailure[] => [{ property, reason }];
const isSaid = (value: Value | undefined): boolean => value !== undefined && value !== null;

function ofCapacity({ capacity, allowShrink }: Bag, olds: Bag | undefined): CheckFailure[] {
  const [now, was] = [capacity, olds?.["capacity"]].map((size) => (typeof size === "string" ? bytes(size) : undefined));
  if (now === undefined || was === undefined || now >= was || allowShrink === true || allowShrink === unknown)
    return [];
  return fault(
    ["capacity"],
    `would shrink from ${String(olds?.["capacity"])} to ${String(capacity)} and lose what lies behind; say capacity: ${String(olds?.["capacity"])} to keep it, or allowShrink: true if that may go`,
  );
}

function ofSource({ source, format }: Bag): CheckFailure[] {
  if (!isBag(source)) return [];
  const copied = isSaid(source["volume"]);
  const known = format === "raw" || format === "qcow2" || !isSaid(format) || format === unknown || copied;
  return [
    ...(known ? [] : fault(["format"], "may be raw or qcow2 for a volume that is filled with data")),
    ...ofUrl(source),
    ...ofChecksum(source),
  ];
}
function ofUrl({ url, via }: Bag): CheckFailure[] {
  if (isSaid(via) && !isSaid(url)) return fault(["source", "via"], "goes with url only");
  if (typeof url !== "string" || /^((https?|ftp):\/\/[^/\s]\S*|file:\/\/\/.*)$/i.test(url)) return [];
  return fault(
    ["source", "url"],
    `is ${JSON.stringify(withoutSecrets(url))}; it must start with https://, http:// or ftp://, or with file:/// for a file of this machine, and hold no blanks`,
  );
}
function ofChecksum({ checksum, url, asset }: Bag): CheckFailure[] {
  if (!isSaid(checksum)) return [];
  if (!isSaid(url) && !isSaid(asset)) return fault(["source", "checksum"], "goes with url and asset only");
  if (typeof checksum !== "string") return [];
  try {
    parseChecksum(checksum);
    return [];
  } catch (error) {
    const { problem, circumstances } = asFailure(error);
    return fault(["source", "checksum"], `${problem}. ${circumstances.remedy ?? ""}`);
  }
}

function ofIds({ backing, source }: Bag): CheckFailure[] {
  const ids: [Path, Value | undefined][] = [
    [["backing", "volume"], isBag(backing) ? backing["volume"] : undefined],
    [["source", "volume"], isBag(source) ? source["volume"] : undefined],
  ];
  return ids.flatMap(([property, id]) =>
    typeof id !== "string" || parse(id)
      ? []
      : fault(property, `is ${JSON.stringify(id)}; it must be a volume's id: pool/volume, such as default/base.qcow2`),
  );
}
