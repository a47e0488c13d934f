/** The life of a domain: this file only says who does what. */
import { resources } from "../../model";
import type { Resource } from "../../plugin/resource";
import type { Context } from "../context";
import { keepingIdentity } from "../identity";
import { check } from "./check";
import { create } from "./create";
import { remove } from "./delete";
import { diff, tellOfGap } from "./diff";
import { list } from "./list";
import { readDomain } from "./read";
import { update } from "./update";

export const domain = (context: Context): Resource => ({
  check: async (_run, request) => keepingIdentity(resources.Domain.inputs, request, check(context, request)),
  diff: async (run, request) => {
    const found = diff(request);
    tellOfGap(run, request, found);
    return found;
  },
  create: (run, request) => create(context, run, request),
  read: (run, request) => readDomain(context, run, request),
  update: (run, request) => update(context, run, request),
  delete: (run, request) => remove(context, run, request),
  list: (run, query) => list(context, run, query),
});
