import { oncePerText } from "../../once.ts";
import type { Reader } from "./reader.ts";
import { fastifyRoutes } from "./ts-routes.ts";
import { loosenedEntries } from "./ts-settings.ts";
import { nodeTestReader } from "./ts-tests.ts";
import { textsOf, tokensOf } from "./ts-tokens.ts";

/** Services of TypeScript with Fastify and tests of Node's own runner. */
export const typescript: Reader = {
  extension: ".ts",
  configures: /^package\.json$/,
  words: oncePerText((text) => textsOf(tokensOf(text))),
  decides: (path) => path === "package.json",
  proofs: nodeTestReader,
  loosened: loosenedEntries,
  routes: fastifyRoutes,
  overrides: () => [],
};
