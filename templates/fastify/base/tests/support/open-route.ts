/** A public route that takes a body; some ways of signing in have none of their own. */

import { Type } from "../../src/json-schema.ts";
import type { App } from "../../src/routing.ts";

export const OPEN_URL = "/api/v1/open";

/** Adds it to a service under test. */
export const withOpenRoute = (app: App): void => {
  app.post(
    OPEN_URL,
    { config: { access: "public" }, schema: { body: Type.Object({}) } },
    async () => ({}),
  );
};
