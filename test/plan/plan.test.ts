import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import { python } from "../../src/plan/ecosystems/python.ts";
import { parsePins } from "../../src/plan/pins.ts";
import { plan } from "../../src/plan/plan.ts";
import { fixtureCatalogue } from "../fixtures/catalogue.ts";
import { layersOf, planOf, type Templates } from "../fixtures/stack.ts";

const setting = (name: string) => ({ name, group: "G", kind: "string", doc: "D." });
const pins = python.parse("web==1.0\nsql-kit==2.0\ncheck>=3\nkeys==4.0\n");
const planned = (templates: Templates, answers: object = {}) =>
  planOf(templates, { ...answers }, { catalogue: fixtureCatalogue, pins });

describe("plan", () => {
  test("takes the layers whose condition holds, in order", () => {
    const templates = {
      "store=server/a.py": "",
      "auth=password,key/b.py": "",
      "store=file/a.py": "",
      "hash=slow/c.py": "",
      "base/d.py": "",
    };
    expect(planned(templates).layers).toEqual([
      "base",
      "store=file",
      "auth=password,key",
      "hash=slow",
    ]);
    expect(planned(templates, { environment: "production", auth: "key" }).layers).toEqual([
      "base",
      "store=server",
      "auth=password,key",
    ]);
  });

  test("remembers which layer owns a file", () => {
    const plan = planned({ "base/a.py": "", "auth=password/b.py": "" });
    expect(plan.files.get("a.py")?.layer).toBe("base");
    expect(plan.files.get("b.py")).toMatchObject({
      layer: "auth=password",
      template: "templates/snake/auth=password/b.py",
    });
  });

  test("merges dependencies by group, pinned and sorted", () => {
    const { dependencies } = planned({
      "base/layer.json": { dependencies: { runtime: ["web"], dev: ["check", "web"] } },
      "auth=password/layer.json": { dependencies: { runtime: ["SQL_Kit[async,fast]", "keys"] } },
    });
    expect(dependencies).toEqual({
      runtime: [
        { name: "keys", pin: "==4.0", requirement: "keys==4.0" },
        { name: "sql-kit", pin: "==2.0", requirement: "SQL_Kit[async,fast]==2.0" },
        { name: "web", pin: "==1.0", requirement: "web==1.0" },
      ],
      dev: [
        { name: "check", pin: ">=3", requirement: "check>=3" },
        { name: "web", pin: "==1.0", requirement: "web==1.0" },
      ],
    });
  });

  test("fills wiring and parts in layer order, and knows those of layers left out", () => {
    const plan = planned(
      {
        "auth=key/layer.json": { wiring: { keys: [{ name: "k" }], routers: [{ name: "left" }] } },
        "auth=key/parts/README.md/keys.md": "Keys.",
        "auth=password/layer.json": { wiring: { routers: [{ name: "auth" }] } },
        "auth=password/parts/README.md/use.md": "Sign in.",
        "base/layer.json": { wiring: { routers: [{ name: "health" }] } },
        "base/parts/README.md/use.md": "Start it.",
      },
      { auth: "password" },
    );
    expect(plan.wiring.get("routers")).toEqual([{ name: "health" }, { name: "auth" }]);
    expect(plan.wiring.get("keys")).toEqual([]);
    expect(plan.parts.get("README.md")?.get("use")).toEqual(["Start it.", "Sign in."]);
    expect(plan.parts.get("README.md")?.get("keys")).toEqual([]);
  });

  test("labels what was chosen", () => {
    const { labels } = planned({ "base/a.py": "" }, { auth: "key" });
    expect(labels).toEqual({
      stack: "Snake",
      environment: "Development",
      store: "File",
      auth: "Key",
      extras: "none",
    });
    const both = planned(
      { "base/a.py": "" },
      { auth: "key", environment: "production", extras: ["bell", "whistle"] },
    );
    expect(both.labels.extras).toBe("Bell, Whistle");
  });

  test("refuses a choice without a layer where its option has layers", () => {
    const templates = { "store=file/a.py": "" };
    expect(() => planned(templates)).not.toThrow();
    expect(() => planned(templates, { environment: "production" })).toThrow(
      "No layer for store=server: make the folder templates/snake/store=server/",
    );
  });

  test("lets a bare choice be without a layer", () => {
    expect(planned({ "hash=slow/a.py": "" }, { hash: "slower" }).layers).toEqual([]);
  });

  describe("where choices are releases", () => {
    const catalogue = fixtureCatalogue.map((option) =>
      option.id === "hash" ? { ...option, releases: { reason: "they are tested" } } : option,
    );
    const templates = { "base/layer.json": { dependencies: { runtime: ["web"] } } };
    const released = (hash: string, instead: Readonly<Record<string, string>>) => {
      const entries = { "requirements.txt": "web==1.0\n", ...instead };
      const stackPins = parsePins(
        "snake",
        Object.entries(entries).map(([path, text]) => ({ path, text })),
        catalogue,
      );
      return plan(
        parseAnswers({ hash }, catalogue),
        layersOf(templates, catalogue),
        stackPins,
        catalogue,
      ).dependencies.runtime?.[0]?.requirement;
    };

    test("takes the pins of the release, and the stack's own for the default", () => {
      const instead = { "hash=slower/requirements.txt": "web==0.9\n" };
      expect(released("slower", instead)).toBe("web==0.9");
      expect(released("slow", instead)).toBe("web==1.0");
    });

    test("refuses a release without pins of its own", () => {
      expect(released("slow", {})).toBe("web==1.0");
      expect(() => released("slower", {})).toThrow(
        "No pins for hash=slower: make the file src/versions/snake/hash=slower/requirements.txt.",
      );
    });
  });

  test("refuses a package without a pin", () => {
    const templates = { "base/layer.json": { dependencies: { dev: ["nowhere[x]"] } } };
    expect(() => planned(templates)).toThrow(
      "templates/snake/base/layer.json: 'nowhere' has no pin",
    );
  });

  test("refuses a project with the name of a dependency", () => {
    const templates = { "base/layer.json": { dependencies: { runtime: ["sql_kit"] } } };
    expect(() => planned(templates, { name: "sql-kit" })).toThrow(UserError);
    expect(() => planned(templates, { name: "sql-kit2" })).not.toThrow();
  });

  test.each([
    ["paths that differ in case", { "base/README.md": "", "auth=password/readme.md": "" }],
    ["a path inside of a file", { "base/app": "", "auth=password/app/x.py": "" }],
  ])("refuses %s", (_, templates) => {
    expect(() => planned(templates)).toThrow("cannot lie in one folder");
  });

  test("keeps settings and controls in layer order", () => {
    const plan = planned({
      "auth=password/layer.json": { settings: [setting("B")] },
      "base/layer.json": { settings: [setting("Z"), setting("A")] },
    });
    expect(plan.settings.map(({ name }) => name)).toEqual(["Z", "A", "B"]);
  });
});
