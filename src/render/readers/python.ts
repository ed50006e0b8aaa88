import { oncePerText } from "../../once.ts";
import { fastapiRoutes } from "./py-routes.ts";
import { loosenedFields } from "./py-settings.ts";
import { pytestReader } from "./py-tests.ts";
import { linesOf, textsOf } from "./py-tokens.ts";
import type { Reader } from "./reader.ts";

/** Services of Python with FastAPI, pydantic and pytest. */
export const python: Reader = {
  extension: ".py",
  configures: /^[\w.-]+\.(?:toml|ini|cfg)$/,
  words: oncePerText((text) => textsOf(linesOf(text))),
  decides: (path, text) =>
    /(?:^|\/)conftest\.py$/.test(path) ||
    /^\.?[\w-]+\.(?:toml|ini|cfg)$/.test(path) ||
    (path.endsWith(".py") && /skip|xfail/i.test(text)),
  proofs: pytestReader,
  loosened: loosenedFields,
  routes: fastapiRoutes,
  overrides: (text) =>
    linesOf(text)
      .filter(({ tokens }) => tokens.some((token) => token.text === "dependency_overrides"))
      .map(({ at }) => ({ at, what: "dependency_overrides" })),
};
