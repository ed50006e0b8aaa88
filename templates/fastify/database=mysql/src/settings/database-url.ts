/** `DATABASE_URL`: the MySQL or MariaDB server, database and account. */

import { parseServerUrl, urlOf } from "./backends.ts";
import { checkFiles, optionsOf, unsafePassword } from "./database-server.ts";
import { plaintext } from "./plaintext.ts";
import { Secret } from "./secret.ts";
import { Fault, type Options, type Setting, withOptions } from "./setting.ts";

const LIKE = "mysql://user:password@host:3306/database";
// The service sets all other options of the driver.
const FILES = ["ssl_ca", "ssl_cert", "ssl_key"];
const OPTIONS = new Set([...FILES, "unix_socket"]);

export const databaseUrl = (options: Options = {}): Setting<Secret> =>
  withOptions(
    {
      parse: (text) => {
        const url = parseServerUrl(text, { like: LIKE, schemes: ["mysql:"] });
        if (url.pathname.length < 2) throw new Fault(`must look like ${LIKE}`);
        const given = optionsOf(url, OPTIONS);
        // The driver would encrypt without verifying the server.
        if ((given.has("ssl_cert") || given.has("ssl_key")) && !given.has("ssl_ca")) {
          throw new Fault("must name the CA to trust: ssl_ca");
        }
        checkFiles(given, FILES);
        return new Secret(text);
      },
      unsafe: (value, given) => {
        const url = urlOf(value);
        const encrypted = optionsOf(url, OPTIONS);
        const isPlain = !encrypted.has("ssl_ca") && !encrypted.has("unix_socket");
        return unsafePassword(url) ?? plaintext(url, isPlain, given);
      },
      isConfidential: true,
    },
    options,
  );
