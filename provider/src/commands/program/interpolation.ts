/** Dollars in the strings of a Pulumi program in YAML: `${…}` is an expression, and two of them are one. */
import { Failure } from "../../failure";

export const escaped = (text: string): string => text.replace(/\$\$+|\$(?=\{)/g, (dollars) => dollars + dollars);

/** The string itself; `where` names it when it is an expression. */
export const unescaped = (text: string, where: string): string =>
  text.replace(/\$\$|\$\{[^}]*\}?/g, (found) => {
    if (found === "$$") return "$";
    throw new Failure("invalid", `${where} has ${found}, which only a run of Pulumi knows`, {
      remedy: "Say the value itself",
    });
  });
