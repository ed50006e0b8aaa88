import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { httpsUrls } from "../../src/settings/contacts.ts";
import { parseSettings, SettingsError, warningsOf } from "../../src/settings/environment.ts";
import { loadSettings } from "../../src/settings/index.ts";
import { SETTINGS } from "../../src/settings/model.ts";
import { integer, text, word } from "../../src/settings/plain.ts";
import { secret } from "../../src/settings/secret.ts";
import { optional } from "../../src/settings/setting.ts";
import { readVariables } from "../../src/settings/variables.ts";

const SECRET = "q7Kd9xLm2Vw5Rt8Yb3Nf6Hj1Zc4Pg0Ss-Ue";
const TABLE = {
  environment: word(["development", "staging", "production"], { default: "development" }),
  appName: text({ default: "my-api" }),
  port: integer({ min: 1, max: 10, default: "8" }),
  corsOrigins: text({ default: "none", requiredInProduction: true }),
  logFormat: word(["console", "json"], { default: "console", discouraged: ["console"] }),
  secretKey: secret(),
  otherSecret: optional(secret()),
};

const parsed = (environment: Record<string, string>, file = {}) =>
  parseSettings(TABLE, { environment: { SECRET_KEY: SECRET, ...environment }, file });

const faultsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    parsed(environment);
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.faults;
  }
  return [];
};

const folder = () => mkdtemp(join(tmpdir(), "settings-"));

test("defaults fill what is missing", () => {
  const { secretKey, ...rest } = parsed({});
  assert.equal(secretKey.reveal(), SECRET);
  assert.deepEqual(rest, {
    environment: "development",
    appName: "my-api",
    port: 8,
    corsOrigins: "none",
    logFormat: "console",
    otherSecret: undefined,
  });
});

test("errors do not contain values", () => {
  const faults = faultsOf({ ENVIRONMENT: "prod", PORT: "99999", APP_NAME: " ", SECRET_KEY: "" });
  assert.deepEqual(faults, [
    "ENVIRONMENT: must be one of development, staging, production",
    "APP_NAME: must not be empty",
    "PORT: must be a whole number from 1 to 10",
    "SECRET_KEY: must not be empty",
  ]);
});

test("production requires more, and refuses a weak secret without showing it", () => {
  const faults = faultsOf({ ENVIRONMENT: "Production", SECRET_KEY: "hunter2" });
  assert.deepEqual(faults, [
    "CORS_ORIGINS: is required in production",
    "SECRET_KEY: is shorter than 32 bytes",
  ]);
});

test("a secret is shown by no printer", () => {
  const settings = parsed({});
  const printed = [inspect(settings), JSON.stringify(settings), String(settings.secretKey)];
  assert.ok(printed.every((line) => !line.includes(SECRET) && line.includes("[secret]")));
});

test("a secret may come from a file, and the environment wins", async () => {
  const path = join(await folder(), "secret");
  await writeFile(path, `${SECRET}-of-the-file\n`);
  const environment = { SECRET_KEY_FILE: path };
  const fromFile = parseSettings(TABLE, { environment, file: { SECRET_KEY: "of .env" } });
  assert.equal(fromFile.secretKey.reveal(), `${SECRET}-of-the-file`);
  assert.equal(parsed(environment).secretKey.reveal(), SECRET);
});

test("an unreadable file of a secret is a fault, and other settings have no files", () => {
  const missing = { SECRET_KEY_FILE: "/nowhere", APP_NAME_FILE: "/nowhere" };
  assert.throws(() => parseSettings(TABLE, { environment: missing, file: {} }), {
    faults: ["SECRET_KEY: the file of SECRET_KEY_FILE cannot be read"],
  });
});

test("a deployment does not read the env file", async () => {
  const path = join(await folder(), ".env");
  await writeFile(path, "APP_NAME=from-file\n");
  assert.deepEqual(readVariables({}, path).file, { APP_NAME: "from-file" });
  for (const ENVIRONMENT of ["production", "Staging", " PRODUCTION "]) {
    assert.deepEqual(readVariables({ ENVIRONMENT }, path).file, {});
  }
  assert.deepEqual(readVariables({}, "/nowhere/.env").file, {});
});

test("the environment wins over the file", () => {
  assert.equal(parsed({ APP_NAME: "own" }, { APP_NAME: "file" }).appName, "own");
  assert.equal(parsed({}, { APP_NAME: "file" }).appName, "file");
});

test("a deployment is warned about placeholders", () => {
  const environment = {
    SECRET_KEY: SECRET,
    ENVIRONMENT: "staging",
    LOG_FORMATT: "json",
    SECRET_KEY_FILE: "/unused",
    UNRELATED: "1",
    APP_NAME: "https://api.example.com",
  };
  const variables = { environment, file: {} };
  assert.deepEqual(warningsOf(TABLE, parseSettings(TABLE, variables), variables), [
    "LOG_FORMATT is not a setting; did you mean LOG_FORMAT?",
    "APP_NAME holds a name that is reserved for examples",
    "LOG_FORMAT is console, which is for development",
  ]);
});

test("the default environment is production", () => {
  assert.equal(SETTINGS.environment.default, "production");
  assert.throws(() => loadSettings({ environment: {}, file: {} }), /CORS_ORIGINS: is required/);
});

test("placeholders are found in secrets and lists", () => {
  const table = { environment: TABLE.environment, secretKey: secret(), urls: httpsUrls() };
  const environment = {
    ENVIRONMENT: "staging",
    SECRET_KEY: `${SECRET}.example`,
    URLS: "https://first.test,https://example.com",
  };
  const variables = { environment, file: {} };
  assert.deepEqual(warningsOf(table, parseSettings(table, variables), variables), [
    "SECRET_KEY holds a name that is reserved for examples",
    "URLS holds a name that is reserved for examples",
  ]);
});

test("every secret may come from a file", () => {
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const isSecret =
      /secret|password$|keys$|url$/i.test(name) && !/urls$|breach|discovery/i.test(name);
    if (isSecret) assert.ok(setting.isConfidential, name);
  }
});
