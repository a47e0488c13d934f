/** Pulumi's schema of the whole package: what the declarations say, and how the package is called in each language. */
import type { Element, Shape } from "../../provider/src/vocabulary";
import { type ObjectSpec, type PropertySpec, types } from "./types";

/** What the model declares: for each resource and function, what a program says and what it gets. */
export interface Declarations {
  readonly resources: Readonly<Record<string, DeclaredResource>>;
  readonly functions: Readonly<Record<string, Declared>>;
  readonly configuration: Element<Shape>;
}
export interface Declared {
  readonly token: string;
  readonly doc: string;
  readonly inputs: Element<Shape>;
  readonly outputs: Element<Shape>;
}
export interface DeclaredResource extends Declared {
  /** In YAML: the resources of a program. */
  readonly example: string;
}

const MODULE = "github.com/pulumi-kvm/pulumi-kvm/sdk/go/kvm";
const README = "Pulumi resources for virtual machines, their disks and their networks on libvirt hosts.\n";

/** With its version: the engine refuses a package that supports packing without one. */
export function packageSchema({ resources, functions, configuration }: Declarations, version: string): object {
  const known = types(Object.keys(resources));
  const config = known.object(configuration);
  const spec = {
    name: "kvm",
    version,
    displayName: "KVM and libvirt",
    description: "Virtual machines, their disks and their networks on libvirt hosts.",
    keywords: ["pulumi", "kvm", "libvirt", "qemu", "virtualization", "kind/native", "category/infrastructure"],
    license: "Apache-2.0",
    attribution: "",
    meta: { supportPack: true },
    language: {
      nodejs: { packageName: "pulumi-kvm", readme: README, respectSchemaVersion: true },
      python: {
        packageName: "pulumi_kvm",
        readme: README,
        respectSchemaVersion: true,
        pyproject: { enabled: true },
        inputTypes: "classes-and-dicts",
      },
      go: {
        importBasePath: MODULE,
        rootPackageName: "kvm",
        generateResourceContainerTypes: true,
        respectSchemaVersion: true,
      },
    },
    config: { variables: config.properties, ...(config.required && { defaults: config.required }) },
    provider: { description: configuration.doc, ...inputsOf(config) },
    resources: byToken(resources, ({ doc, example, inputs, outputs }) => ({
      description: withExample(doc, example),
      ...outputsOf(known.object(outputs)),
      ...inputsOf(known.object(inputs)),
    })),
    functions: byToken(functions, ({ doc, inputs, outputs }) => ({
      description: doc,
      inputs: { ...known.object(inputs), description: doc },
      outputs: { ...known.object(outputs), description: doc },
    })),
  };
  return { ...spec, types: known.all() };
}

const byToken = <T extends Declared>(
  of: Readonly<Record<string, T>>,
  turn: (one: T) => object,
): Record<string, object> => Object.fromEntries(Object.values(of).map((one) => [one.token, turn(one)]));

/** In the form that Pulumi's documentation tools take apart. */
const withExample = (doc: string, example: string): string =>
  [
    doc,
    "{{% examples %}}\n## Example Usage\n{{% example %}}\n### In YAML",
    `\`\`\`yaml\nresources:\n${example.trimEnd().replace(/^/gm, "  ")}\n\`\`\``,
    "{{% /example %}}\n{{% /examples %}}",
  ].join("\n\n");

function inputsOf({ properties, required }: ObjectSpec): object {
  return { inputProperties: properties, ...(required && { requiredInputs: required }) };
}
/** An output replaces nothing, and is no input. */
function outputsOf({ properties, required }: ObjectSpec): object {
  const plain = ({ willReplaceOnChanges: _, ...rest }: PropertySpec): PropertySpec => rest;
  const shown = Object.fromEntries(Object.entries(properties).map(([key, spec]) => [key, plain(spec)]));
  return { properties: shown, ...(required && { required }) };
}
