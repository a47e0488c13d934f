/** A difference as the engine wants it told: paths with kinds, and the top-level properties that they are of. */
import { DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import { propertyPath } from "../path";
import type { Change, Difference } from "./resource";

const kinds = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

export function differenceOf({ changes, deleteBeforeReplace, stables }: Difference): DiffResponse {
  const answer = new DiffResponse();
  const top = (of: readonly Change[]): string[] => [...new Set(of.map(({ property }) => String(property[0])))];
  answer.setChanges(changes.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
  answer.setDiffsList(top(changes));
  answer.setReplacesList(top(changes.filter(({ replace }) => replace)));
  answer.setStablesList([...stables]);
  answer.setDeletebeforereplace(deleteBeforeReplace === true);
  answer.setHasdetaileddiff(true);
  for (const { property, kind, replace } of changes) {
    const diff = new PropertyDiff();
    diff.setKind(kinds[kind][replace ? 1 : 0]);
    diff.setInputdiff(true);
    answer.getDetaileddiffMap().set(propertyPath(property), diff);
  }
  return answer;
}
