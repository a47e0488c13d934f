/** What fails in a resource's life names the object, also where it was the host itself that was asked. */
import { Failure } from "../failure";
import type { Bag, Resource } from "../plugin/resource";

/** `kind` in libvirt's words: `domain`. */
export function named(kind: string, resource: Resource): Resource {
  const of = async <T>(work: Promise<T>, values: Bag | undefined, otherwise: string): Promise<T> => {
    try {
      return await work;
    } catch (thrown) {
      throw thrown instanceof Failure ? thrown.in({ object: `${kind} ${nameOf(values ?? {}) ?? otherwise}` }) : thrown;
    }
  };
  return {
    ...resource,
    create: (run, request) => of(resource.create(run, request), request.inputs.values, request.name),
    read: (run, request) => of(resource.read(run, request), request.inputs?.values, request.id),
    update: (run, request) => of(resource.update(run, request), request.news.values, request.id),
    delete: (run, request) => of(resource.delete(run, request), request.inputs.values, request.id),
  };
}

const nameOf = ({ pool, name }: Bag): string | undefined => {
  if (typeof name !== "string") return undefined;
  return typeof pool === "string" ? `${pool}/${name}` : name;
};
