/** What a URL of PostgreSQL says of connections; its options mean the same as in libpq. */

import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import type { ClientConfig } from "pg";

/** The directory of the server's socket, where a URL names no host. */
const SOCKETS = "/var/run/postgresql";

const PARAMETERS = ["search_path", "statement_timeout"];
const ENCRYPTED = new Set(["require", "verify-ca", "verify-full"]);

/** Reads the options of the driver out of a URL. */
export const clientConfig = (text: string): ClientConfig => {
  const url = new URL(text);
  const options = url.searchParams;
  return {
    host: decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, "$1") || SOCKETS,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username) || undefined,
    password: decodeURIComponent(url.password) || undefined,
    database: decodeURIComponent(url.pathname.slice(1)),
    application_name: options.get("application_name") ?? undefined,
    ssl: tlsOptions(options),
    keepAlive: true,
    ...parametersOf(options),
  };
};

/** Returns the parameters of a session, which the server reads, with its units. */
const parametersOf = (options: URLSearchParams): ClientConfig => {
  const given = PARAMETERS.map((name) => [name, options.get(name)] as const);
  const switches = given.flatMap(([name, value]) =>
    value === null ? [] : [`-c ${name}=${escaped(value)}`],
  );
  return {
    ...(switches.length > 0 ? { options: switches.join(" ") } : {}),
    // The driver's own would take precedence.
    ...(options.has("statement_timeout") ? { statement_timeout: false } : {}),
  };
};

const tlsOptions = (options: URLSearchParams): false | ConnectionOptions => {
  const mode = options.get("sslmode") ?? "";
  // The driver cannot try both: a mode that may be plain is plain. Production refuses it.
  if (!ENCRYPTED.has(mode)) {
    return false;
  }
  const read = (name: string) => {
    const path = options.get(name);
    return path === null ? undefined : readFileSync(path, "utf8");
  };
  const ca = read("sslrootcert");
  return {
    ca,
    cert: read("sslcert"),
    key: read("sslkey"),
    // As in libpq: `require` trusts a named CA and else anybody, `verify-ca` any host of the CA.
    rejectUnauthorized: mode !== "require" || ca !== undefined,
    ...(mode === "verify-full" ? {} : { checkServerIdentity: () => undefined }),
  };
};

/** Keeps a space or a backslash from beginning another option of the server. */
const escaped = (value: string): string => value.replaceAll(/[\\ ]/g, "\\$&");
