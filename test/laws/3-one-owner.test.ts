import { describe, expect, test } from "vitest";
import { python } from "../../src/plan/ecosystems/python.ts";
import { fixtureCatalogue } from "../fixtures/catalogue.ts";
import { planOf } from "../fixtures/stack.ts";

const pins = python.parse("sql-kit==1.0\n");
const setting = { name: "A", group: "G", kind: "string", doc: "D." };
const control = {
  id: "limits",
  title: "Limits",
  threat: "floods",
  asvs: [],
  apiTop10: [],
  cwe: [],
  file: "a.py",
  test: "t.py::test_a",
};

/** The same contribution in two layers. */
const twice = (path: string, content: string | object) => ({
  [`base/${path}`]: content,
  [`auth=password/${path}`]: content,
});

describe("law 3: one owner", () => {
  test.each([
    ["path", "path 'a.py'", twice("a.py", "")],
    ["path, copied and rendered", "path 'a.py'", { "base/a.py": "", "auth=password/a.py.ejs": "" }],
    ["setting", "setting 'A'", twice("layer.json", { settings: [setting] })],
    ["control", "control 'limits'", twice("layer.json", { controls: [control] })],
    [
      "audit event",
      "audit event 'user.deleted'",
      twice("layer.json", { auditEvents: [{ name: "user.deleted", when: "Always." }] }),
    ],
    [
      "package",
      "package in 'runtime' 'sql-kit'",
      {
        "base/layer.json": { dependencies: { runtime: ["sql-kit"] } },
        "auth=password/layer.json": { dependencies: { runtime: ["SQL_Kit[x]"] } },
      },
    ],
  ])("a second owner of a %s is refused, and both are named", (_, owned, templates) => {
    const planned = (auth: string) => () =>
      planOf(templates, { auth }, { catalogue: fixtureCatalogue, pins });
    expect(planned("password")).toThrow(
      `The ${owned} has two owners: templates/snake/base and templates/snake/auth=password.`,
    );
    expect(planned("key")).toThrow("No layer for auth=key");
  });

  test("the same package may be in two groups", () => {
    const templates = {
      "base/layer.json": { dependencies: { runtime: ["sql-kit"], dev: ["sql-kit"] } },
    };
    expect(() => planOf(templates, {}, { pins })).not.toThrow();
  });

  test("an owner that is left out is no owner", () => {
    const templates = { "auth=key/a.py": "key", "auth=password/a.py": "password" };
    const planned = planOf(templates, { auth: "key" }, { catalogue: fixtureCatalogue });
    expect(planned.files.get("a.py")?.layer).toBe("auth=key");
  });
});
