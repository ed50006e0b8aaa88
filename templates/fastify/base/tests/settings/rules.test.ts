import assert from "node:assert/strict";
import { test } from "node:test";
import { loadSettings, SettingsError } from "../../src/settings/index.ts";
import { newDatabase } from "../support/database.ts";
import { ENVIRONMENT, PRODUCTION } from "../support/environment.ts";
import * as state from "../support/state.ts";

const SAFE: Readonly<Record<string, string>> = {
  ...ENVIRONMENT,
  ...PRODUCTION,
  ENVIRONMENT: "production",
  RATE_LIMIT_AUTH: "5/minute",
  ALLOWED_HOSTS: "api.example.com",
};

/** The addresses of the tests' own servers, which production may refuse. */
const SERVERS = ["DATABASE_URL", ...Object.keys(state.ENVIRONMENT)];

/** Returns the faults of settings that production refuses, beside those of the tests' own servers. */
const faultsOf = async (
  settings: Readonly<Record<string, string | undefined>>,
): Promise<string[]> => {
  const { url, drop } = await newDatabase();
  await drop();
  try {
    loadSettings({ environment: { ...SAFE, DATABASE_URL: url, ...settings }, file: {} });
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.faults.filter((fault) => !SERVERS.some((name) => fault.startsWith(name)));
  }
  return [];
};

test("production refuses unsafe settings", async () => {
  assert.deepEqual(await faultsOf({}), []);
  const unsafe: readonly (readonly [string, string])[] = [
    ["SECRET_KEY", "short"],
    ["SECRET_KEY", "a".repeat(40)],
    ["SECRET_KEY", "changeme-changeme-changeme-changeme"],
    ["SECRET_KEY_FALLBACKS", "short"],
    ["FIELD_ENCRYPTION_KEYS", Buffer.alloc(32).toString("base64")],
    ["CORS_ORIGINS", "*"],
    ["CORS_ORIGINS", "null"],
    ["CORS_ORIGINS", "http://app.example.com"],
    ["ALLOWED_HOSTS", ""],
    ["ALLOWED_HOSTS", "*"],
    ["ALLOWED_HOSTS", "*.com"],
    ["DOCS_ENABLED", "true"],
    ["DEBUG", "true"],
    ["RATE_LIMIT_DEFAULT", "100000/minute"],
  ];
  for (const [name, value] of unsafe) {
    const faults = await faultsOf({ [name]: value });
    assert.equal(faults.length, 1, `${name}=${value}: ${faults}`);
    assert.ok(faults[0]?.startsWith(`${name}: `));
  }
});

test("production requires what has no safe default", async () => {
  for (const name of ["CORS_ORIGINS", "ALLOWED_HOSTS"]) {
    assert.deepEqual(await faultsOf({ [name]: undefined }), [`${name}: is required in production`]);
  }
});

test("a proxy list that trusts everybody is refused", async () => {
  for (const range of ["0.0.0.0/0", "::/0", "0.0.0.0/1,128.0.0.0/1"]) {
    const [fault = ""] = await faultsOf({ TRUSTED_PROXIES: range });
    assert.match(fault, /^TRUSTED_PROXIES: must name the proxies/);
  }
});
