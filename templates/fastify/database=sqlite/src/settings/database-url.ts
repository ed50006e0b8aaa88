/** `DATABASE_URL`: the file of a SQLite database. */

import { Secret } from "./secret.ts";
import { Fault, type Options, type Setting, withOptions } from "./setting.ts";

const SCHEME = "sqlite:///";

export const databaseUrl = (options: Options = {}): Setting<Secret> =>
  withOptions(
    {
      parse: (text) => {
        const path = text.slice(SCHEME.length);
        // In memory, each connection of the pool would have its own empty database.
        if (!text.startsWith(SCHEME) || path === "" || path === ":memory:") {
          throw new Fault("must look like sqlite:///./app.db");
        }
        return new Secret(text);
      },
      unsafe: () => "is SQLite, which has no accounts, no network and one writer at a time",
      isConfidential: true,
    },
    options,
  );
