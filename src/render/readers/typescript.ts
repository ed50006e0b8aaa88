import { oncePerText } from "../../once.ts";
import type { Reader } from "./reader.ts";
import { loosenedEntries } from "./ts-settings.ts";
import { nodeTestReader } from "./ts-tests.ts";
import { textsOf, tokensOf } from "./ts-tokens.ts";

/** Services of TypeScript with tests of Node's own runner. What routes ask for is not read yet. */
export const typescript: Reader = {
  extension: ".ts",
  configures: /^package\.json$/,
  words: oncePerText((text) => textsOf(tokensOf(text))),
  decides: (path) => path === "package.json",
  proofs: nodeTestReader,
  loosened: loosenedEntries,
  routes: () => [],
  overrides: () => [],
};
