/** `DATABASE_URL`: the PostgreSQL server, database and role. */

import { parseServerUrl, urlOf } from "./backends.ts";
import { checkFiles, optionsOf, unsafePassword } from "./database-server.ts";
import { plaintext } from "./plaintext.ts";
import { Secret } from "./secret.ts";
import { Fault, type Options, type Setting, withOptions } from "./setting.ts";

const LIKE = "postgresql://user:password@host:5432/database";
const OPTIONS = new Set([
  "application_name",
  "search_path",
  "sslcert",
  "sslkey",
  "sslmode",
  "sslrootcert",
  "statement_timeout",
]);
const FILES = ["sslrootcert", "sslcert", "sslkey"];
// Session parameters, which a pooler refuses or drops since it shares sessions.
const OF_A_SESSION = ["search_path", "statement_timeout"];
const PLAIN_SSL_MODES = ["disable", "allow", "prefer"];
const SSL_MODES = [...PLAIN_SSL_MODES, "require", "verify-ca", "verify-full"];
const TIME = /^\d{1,9}(us|ms|s|min|h|d)?$/;

export const databaseUrl = (options: Options = {}): Setting<Secret> =>
  withOptions(
    {
      parse: (text, given, name) => {
        const url = parseServerUrl(text, { like: LIKE, schemes: ["postgresql:"] });
        if (url.pathname.length < 2) throw new Fault(`must look like ${LIKE}`);
        const asked = optionsOf(url, OPTIONS);
        if (!SSL_MODES.includes(modeOf(asked))) {
          throw new Fault(`sslmode must be one of ${SSL_MODES.toSorted().join(", ")}`);
        }
        if (!TIME.test(asked.get("statement_timeout") ?? "0")) {
          throw new Fault("statement_timeout must be milliseconds, or a time such as 20s");
        }
        checkFiles(asked, FILES);
        const lost = OF_A_SESSION.filter((name) => asked.has(name)).join(", ");
        const isPooled = given["databasePooler"] === "transaction" && name === "databaseUrl";
        if (isPooled && lost !== "") {
          throw new Fault(`cannot set ${lost} through a pooler: ALTER ROLE can`);
        }
        return new Secret(text);
      },
      unsafe: (value, given) => {
        const url = urlOf(value);
        // Without a mode, an attacker on the network could prevent encryption.
        const isPlain = PLAIN_SSL_MODES.includes(modeOf(optionsOf(url, OPTIONS)));
        return unsafePassword(url) ?? plaintext(url, isPlain, given);
      },
      isConfidential: true,
    },
    options,
  );

const modeOf = (options: ReadonlyMap<string, string>): string => options.get("sslmode") ?? "prefer";
