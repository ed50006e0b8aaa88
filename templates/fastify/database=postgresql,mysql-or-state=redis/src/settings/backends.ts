/** Rules for URLs of backends: their form and passwords. */

import type { Secret } from "./secret.ts";
import { Fault } from "./setting.ts";

// Default passwords of products, and those of guides and examples.
const WELL_KNOWN_PASSWORDS = new Set([
  "",
  "admin",
  "administrator",
  "app",
  "changeit",
  "changeme",
  "changethis",
  "database",
  "default",
  "docker",
  "example",
  "foobared",
  "guest",
  "letmein",
  "mariadb",
  "mongo",
  "mysql",
  "oracle",
  "pass",
  "passw0rd",
  "password",
  "postgres",
  "postgresql",
  "redis",
  "root",
  "sa",
  "secret",
  "test",
  "toor",
  "user",
  "valkey",
]);

/** Returns the parts of the URL of a server; throws a fault unless it is `like` an example. */
export const parseServerUrl = (
  text: string,
  { like, schemes }: { like: string; schemes: readonly string[] },
): URL => {
  const url = URL.parse(text);
  const isUsable = url !== null && schemes.includes(url.protocol) && url.port !== "0";
  if (!isUsable || !canDecode(url)) throw new Fault(`must look like ${like}`);
  return url;
};

/** Returns that the password of a URL is well known. */
export const wellKnownPassword = (url: URL): string | undefined => {
  const password = decodeURIComponent(url.password);
  const plain = password.toLowerCase().replace(/[0-9!]+$/, "");
  const isKnown = WELL_KNOWN_PASSWORDS.has(plain) || password === decodeURIComponent(url.username);
  return password !== "" && isKnown ? "has a well-known password" : undefined;
};

/** Returns the URL in a secret that was parsed before. */
export const urlOf = (value: Secret): URL => new URL(value.reveal());

const canDecode = (url: URL): boolean => {
  try {
    decodeURIComponent(url.username + url.password);
    return true;
  } catch {
    return false;
  }
};
