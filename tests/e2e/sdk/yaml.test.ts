/** YAML: it has no SDK, the engine reads the schema. */
import { quickstart } from "./examples";
import { languages } from "./languages";

quickstart(languages.yaml);
