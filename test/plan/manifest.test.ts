import { describe, expect, test } from "vitest";
import { manifestSchema } from "../../src/plan/manifest.ts";

const setting = (rest: object) => ({ name: "A_B", group: "G", kind: "string", doc: "D.", ...rest });
const control = (rest: object) => ({
  id: "common-passwords",
  title: "Common passwords are refused",
  threat: "floods",
  asvs: ["V6.2.4"],
  apiTop10: ["API2"],
  cwe: ["CWE-521"],
  file: "app/auth/passwords.py",
  test: "tests/auth/test_passwords.py::test_common_password_is_refused",
  ...rest,
});
const faults = (data: object): string =>
  (manifestSchema.safeParse(data).error?.issues ?? []).map(({ message }) => message).join("; ");

describe("manifestSchema", () => {
  test.each([
    { kind: "secret" },
    { kind: "secret", default: null },
    { kind: "secrets", default: "" },
    { kind: "int", default: 5, min: 1, max: 5 },
    { kind: "duration", default: 900 },
    { kind: "bool", default: false, production: "off" },
    { kind: "enum", values: ["a", "b"], default: "b" },
    { kind: "origins", default: "", production: "required", env: { development: "x" } },
    { kind: "rate", default: "5/minute", env: "9/minute", example: "7/minute" },
  ])("takes the setting %j", (rest) => {
    expect(faults({ settings: [setting(rest)] })).toBe("");
  });

  test.each([
    [{ kind: "sekret" }, "Invalid option"],
    [{ name: "a_b" }, "must be UPPER_CASE words"],
    [{ name: "A__B" }, "must be UPPER_CASE words"],
    [{ doc: "two\nlines" }, "must be one line of text"],
    [{ dok: "x" }, "Unrecognized key"],
    [{ kind: "secret", default: "x" }, "a secret has no default"],
    [{ kind: "secrets", default: "x" }, "secrets have no default"],
    [{ kind: "encryption-keys", default: "x" }, "an encryption key has no default"],
    [{ kind: "int", default: "5" }, "the default must be a number"],
    [{ kind: "int", default: 6, max: 5 }, "the default 6 is outside min and max"],
    [{ kind: "duration", default: 0, min: 1 }, "the default 0 is outside min and max"],
    [{ kind: "bool", default: "no" }, "the default of bool must be true or false"],
    [{ kind: "enum", values: ["a"], default: "c" }, "the default c is not among the values"],
    [{ kind: "enum" }, "an enum needs values"],
    [{ kind: "string", values: ["a"] }, "an enum needs values, and nothing else has them"],
    [{ kind: "string", default: 5 }, "the default of string must be text"],
    [{ kind: "url", min: 1 }, "min and max are for int and duration, not for url"],
    [{ kind: "int", production: "off" }, 'production "off" is for bool'],
  ])("refuses the setting %j", (rest, message) => {
    expect(faults({ settings: [setting(rest)] })).toContain(message);
  });

  test.each([
    [{ asvs: ["6.2.4"] }, "must be like V6.2.1"],
    [{ apiTop10: ["API11"] }, "must be API1 to API10"],
    [{ cwe: ["521"] }, "must be like CWE-521"],
    [{ test: "tests/test_x.py" }, "must be 'path::test_name'"],
    [{ test: "tests/x.test.ts::" }, "must be 'path::test_name'"],
    [{ test: "tests/x.test.ts:: a" }, "must be 'path::test_name'"],
    [{ test: "tests/x.test.ts::a\nb" }, "must be 'path::test_name'"],
    [{ id: "Two Words" }, "must be lower-case words"],
  ])("refuses the control %j", (rest, message) => {
    expect(faults({ controls: [control({})] })).toBe("");
    expect(faults({ controls: [control(rest)] })).toContain(message);
  });

  test.each([
    [{ dependencies: { runtime: ["web==1.0"] } }, "must be a name, without a version"],
    [{ wiring: { tables: [{ name: 1 }] } }, "expected string"],
  ])("refuses %j", (data, message) => {
    expect(faults(data)).toContain(message);
  });
});
