/** The same project in JSON, which is YAML too. */
import type { Program } from ".";
import { project } from "./project";

export const json = (program: Program): string => `${JSON.stringify(project(program), undefined, 2)}\n`;
