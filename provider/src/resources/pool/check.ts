/** Faults of a pool's inputs that its declaration cannot tell. */
import type { CheckFailure, CheckRequest } from "../../plugin/resource";

export function faults({ news }: CheckRequest): CheckFailure[] {
  const { type, path } = news.values;
  const property = ["path"];
  if (typeof path === "string" && !path.startsWith("/"))
    return [{ property, reason: `is ${JSON.stringify(path)}; it must be an absolute path on the host` }];
  const isDirectory = type === undefined || type === null || type === "dir";
  return isDirectory && (path === undefined || path === null)
    ? [{ property, reason: "is required: the directory on the host that holds the volumes" }]
    : [];
}
