import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { parsePolicy } from "../../src/options/preset.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import { python } from "../../src/plan/ecosystems/python.ts";
import { mended, type Overlay, overlaid } from "../../src/plan/overlay.ts";
import { plan } from "../../src/plan/plan.ts";
import { replacedIn } from "../../src/project/preset.ts";
import { fixtureCatalogue as catalogue } from "../fixtures/catalogue.ts";
import { layersOf, rendered, type Templates } from "../fixtures/stack.ts";

const HEAD = "name: acme\nversion: 1.2.3\norganisation: Acme\nlayers: layers\n";

const ours: Templates = {
  "base/layer.json": {
    dependencies: { runtime: ["web"] },
    wiring: { fields: [] },
    settings: [
      { name: "LIMIT", group: "G", kind: "int", default: 10, min: 1, max: 100, doc: "Limit." },
      { name: "HOST", group: "G", kind: "string", default: "h", doc: "Host." },
    ],
    controls: [
      {
        id: "limits",
        title: "Bodies are bounded",
        threat: "floods",
        asvs: [],
        apiTop10: [],
        cwe: [],
        file: "app/limits.py",
        test: "tests/test_limits.py::test_bound",
      },
    ],
  },
  "base/asvs.json": { "V1.1.1": { is: "met", why: "So." } },
  "base/app/limits.py": "LIMIT = 1\n",
  "base/tests/test_limits.py": "def test_bound(): ...\n",
  "base/dot-editorconfig": "root = true\n",
  "base/README.md.ejs":
    "# R\n<%_ for (const text of it.parts('more')) { _%>\n<%= text %>\n<%_ } _%>\n<%_ for (const f of it.wiring('fields')) { _%>\n<%= it.md(f.name) %>\n<%_ } _%>\n",
  "base/dot-gitignore.ejs":
    ".env\n<%_ for (const path of it.parts('written')) { _%>\n<%= path %>\n<%_ } _%>\n",
  "base/pyproject.toml.ejs":
    "<%_ for (const d of it.dependencies.runtime) { _%>\n<%= it.toml(d.requirement) %>\n<%_ } _%>\n",
  "auth=key/parts/README.md/more.md": "Keys.",
  "auth=key/parts/dot-gitignore/written.md": "keys/",
  "auth=password/a.py": "",
};
const pins = {
  file: "requirements.txt",
  common: python.parse("web==1.0\nidle==2.0\n"),
  instead: [],
  images: new Map(),
  actions: new Map(),
};

const overlayOf = (files: Templates, policy = ""): Overlay => ({
  policy: parsePolicy(HEAD + policy, "preset.yaml"),
  shown: "acme/preset.yaml",
  entries: Object.entries(files).map(([path, content]) => ({
    path: path.startsWith("/") ? path.slice(1) : `snake/${path}`,
    content: Buffer.from(typeof content === "string" ? content : JSON.stringify(content)),
    executable: false,
  })),
});

/** The files of a project with an organisation's layers. */
const make = (files: Templates, policy = "", auth = "password") => {
  const overlay = overlayOf(files, policy);
  const options = parseAnswers({ auth }, catalogue);
  const stack = { layers: layersOf(ours, catalogue), pins };
  const extended = overlaid(stack, overlay, options.selection, catalogue);
  return mended(overlay.shown, () => {
    const planned = plan(options, extended.layers, extended.pins, catalogue);
    return { planned, files: rendered(planned) };
  });
};

describe("an organisation's layers", () => {
  test("add files, packages with pins, wiring, settings, parts and steps to ours", () => {
    const { planned, files } = make({
      "base/app/acme.py": "ACME = 1\n",
      "base/dot-github/CODEOWNERS": "* @acme\n",
      "base/layer.json": {
        dependencies: { runtime: ["acme-kit"] },
        wiring: { fields: [{ name: "cost" }] },
        settings: [{ name: "ACME", group: "Acme", kind: "string", default: "a", doc: "Acme." }],
        steps: [{ phase: "check", text: "Ask Acme." }],
      },
      "base/parts/README.md/more.md": "Acme.",
      "auth=key/app/keys.py": "KEYS = 1\n",
      "requirements.txt": "acme-kit==3.1\n",
    });
    expect(files).toMatchObject({
      "app/acme.py": "ACME = 1\n",
      ".github/CODEOWNERS": "* @acme\n",
      "README.md": "# R\nAcme.\ncost\n",
      "pyproject.toml": '"acme-kit==3.1"\n"web==1.0"\n',
    });
    expect(files).not.toHaveProperty(["app/keys.py"]);
    expect(planned.settings.map(({ name }) => name)).toEqual(["LIMIT", "HOST", "ACME"]);
    expect(planned.steps).toEqual([{ phase: "check", text: "Ask Acme." }]);
    expect(planned.layers).toEqual(["base", "auth=password", "acme/base"]);
    expect(planned.files.get("app/acme.py")?.layer).toBe("acme/base");
  });

  test("are in by their condition, as ours are", () => {
    const files = { "auth=key/app/keys.py": "KEYS = 1\n", "store=file/x.py": "" };
    expect(make(files, "", "key").files).toHaveProperty(["app/keys.py"]);
    expect(make(files).files).not.toHaveProperty(["app/keys.py"]);
  });

  test("of another stack are left alone", () => {
    expect(make({ "/coffee/base/app.ts": "x" }).files).not.toHaveProperty(["app.ts"]);
  });

  test("replace a file of ours that the preset names, and that is said", () => {
    const policy = "replaces: {.editorconfig: Acme has its own.}";
    const files = { "base/dot-editorconfig": "acme\n" };
    expect(make(files, policy).files[".editorconfig"]).toBe("acme\n");
    const { planned } = make(files, policy);
    expect(replacedIn(overlayOf(files, policy).policy, planned.files)).toEqual({
      ".editorconfig": "Acme has its own.",
    });
  });

  test("replace it only where the layer is in", () => {
    const policy = "replaces: {.editorconfig: Acme has its own.}";
    const files = { "auth=key/dot-editorconfig": "acme\n" };
    expect(make(files, policy, "key").files[".editorconfig"]).toBe("acme\n");
    const without = make(files, policy);
    expect(without.files[".editorconfig"]).toBe("root = true\n");
    expect(replacedIn(overlayOf(files, policy).policy, without.planned.files)).toEqual({});
  });

  const plain = { "base/x.txt": "" };
  test.each<[string, Templates, string, string]>([
    ["a template", { "base/x.py.ejs": "<%= 1 %>" }, "", "A template is code"],
    ["a template of another case", { "base/x.py.EJS": "" }, "", "A template is code"],
    ["a template of another stack", { "/coffee/base/x.ejs": "" }, "", "A template is code"],
    ["a control", { "base/app/limits.py": "" }, "", "where 'Bodies are bounded' is"],
    [
      "a control that it names",
      { "base/app/limits.py": "" },
      "replaces: {app/limits.py: X.}",
      "A control may not",
    ],
    [
      "a control by a folder of its name",
      { "base/app/limits/__init__.py": "" },
      "",
      "take the place of app/limits.py",
    ],
    [
      "a control by another extension",
      { "base/app/limits.abi3.so": "" },
      "",
      "take the place of app/limits.py",
    ],
    ["a control in capitals", { "base/app/Limits.py": "" }, "", "take the place of app/limits.py"],
    ["a proof", { "base/tests/test_limits.py": "" }, "", "take the place of tests/test_limits.py"],
    ["a file of ours in silence", { "base/dot-editorconfig": "" }, "", "Name it below replaces"],
    [
      "a file that is put together",
      { "base/README.md": "" },
      "replaces: {README.md: X.}",
      "put together",
    ],
    ["a stack that is none", { "/snale/base/x.py": "" }, "", "Did you mean snake?"],
    [
      "a hook of git",
      { "base/dot-git/hooks/pre-commit": "#!/bin/sh\n" },
      "",
      "where git keeps its hooks and settings",
    ],
    ["a setting of git deeper", { "base/x/dot-GIT/config": "" }, "", "where git keeps its hooks"],
    ["the record in capitals", { "base/dot-YO-rc.json": "{}" }, "", "put together"],
    ["the record", { "base/dot-yo-rc.json": "{}" }, "", "put together"],
    ["a file that is not there", plain, "replaces: {x.md: X.}", "no such file to replace"],
    [
      "a file that it does not bring",
      plain,
      "replaces: {.editorconfig: X.}",
      "No layer of the preset brings it",
    ],
    [
      "a part of what is no document",
      { "base/parts/dot-gitignore/written.md": "!.env" },
      "",
      "Only documents take parts",
    ],
    [
      "an answer to ASVS that is ours",
      { "base/asvs.json": { "V1.1.1": { is: "met", why: "X." } } },
      "",
      "V1.1.1 is answered by create-secure-api",
    ],
    [
      "a setting of ours",
      {
        "base/layer.json": {
          settings: [{ name: "HOST", group: "G", kind: "string", default: "", doc: "D." }],
        },
      },
      "",
      "The setting 'HOST' has two owners: templates/snake/base and acme/preset.yaml: layers/snake/base",
    ],
    [
      "a control of ours by id",
      {
        "base/layer.json": {
          controls: [
            {
              id: "limits",
              title: "T",
              threat: "floods",
              asvs: [],
              apiTop10: [],
              cwe: [],
              file: "x",
              test: "x::y",
            },
          ],
        },
      },
      "",
      "The control 'limits' has two owners",
    ],
    [
      "a package of ours",
      { "base/layer.json": { dependencies: { runtime: ["web"] } } },
      "",
      "The package in 'runtime' 'web' has two owners",
    ],
    [
      "a pin of ours",
      { "requirements.txt": "Idle==1.0" },
      "",
      "idle is pinned by create-secure-api",
    ],
    [
      "a pin that is none",
      { "requirements.txt": "x @ https://evil.example/x.tar.gz" },
      "",
      "is no 'name==version'",
    ],
    [
      "a package without a pin",
      { "base/layer.json": { dependencies: { runtime: ["acme-kit"] } } },
      "",
      "'acme-kit' has no pin",
    ],
    [
      "wiring that nobody prints",
      { "base/layer.json": { wiring: { feilds: [{ name: "x" }] } } },
      "",
      "No template prints the wiring slot 'feilds'",
    ],
    [
      "a part that nobody prints",
      { "base/parts/README.md/mroe.md": "x" },
      "",
      "No template prints parts/README.md/mroe.md",
    ],
    ["a key that is none", { "base/layer.json": { setings: [] } }, "", "setings"],
    ["broken JSON", { "base/layer.json": "{" }, "", "layers/snake/base/layer.json"],
    ["a condition that is none", { "auth=magic/x": "" }, "", "no choice 'magic'"],
    ["a file outside of a layer", { "x.txt": "" }, "", "lies in no layer"],
    ["a path that leaves", { "base/../../x": "" }, "", "'..'"],
    ["a path that a system cannot take", { "base/aux.txt": "" }, "", "Windows device"],
    [
      "two paths that are one",
      { "base/APP/x.py": "", "base/app/X.py": "" },
      "",
      "cannot lie in one folder",
    ],
    [
      "invisible text",
      { "base/layer.json": '{"steps": [{"phase": "check", "text": "a\u202e"}]}' },
      "",
      "invisible characters",
    ],
    [
      "invisible text, written as an escape",
      { "base/layer.json": String.raw`{"steps": [{"phase": "check", "text": "a\u202e"}]}` },
      "",
      "invisible characters",
    ],
    [
      "a value of two lines",
      { "base/layer.json": { wiring: { fields: [{ name: "a\nb" }] } } },
      "",
      "invisible characters",
    ],
    [
      "an escape in a part",
      { "base/parts/README.md/more.md": "\u001b[2J" },
      "",
      "invisible characters",
    ],
    [
      "a line without end",
      { "base/parts/README.md/more.md": "x".repeat(1001) },
      "",
      "more than 1000",
    ],
    [
      "a bound of no setting",
      plain,
      "settings: {LIMT: {min: 1, reason: X.}}",
      "Did you mean LIMIT?",
    ],
    ["a bound of a text", plain, "settings: {HOST: {min: 1, reason: X.}}", "no number"],
    [
      "a floor below ours",
      plain,
      "settings: {LIMIT: {min: 0, reason: X.}}",
      "wider than those of create-secure-api, 1 to 100",
    ],
    ["a ceiling above ours", plain, "settings: {LIMIT: {max: 101, reason: X.}}", "wider"],
    ["a floor above our ceiling", plain, "settings: {LIMIT: {min: 101, reason: X.}}", "wider"],
    [
      "a default out of bounds",
      plain,
      "settings: {LIMIT: {min: 20, default: 10, reason: X.}}",
      "outside",
    ],
  ])("are refused with %s", (_, files, policy, message) => {
    const run = () => make(files, policy);
    expect(run).toThrow(UserError);
    expect(run).toThrow(message);
    expect(run).toThrow("acme/preset.yaml");
  });
});

describe("the bounds of an organisation", () => {
  const setting = (policy: string) => {
    const { planned } = make({}, `settings: {LIMIT: {${policy}, reason: Acme said so.}}`);
    return planned.settings.find(({ name }) => name === "LIMIT");
  };

  test.each([
    ["min: 20", { min: 20, max: 100, default: 20 }],
    ["max: 5", { min: 1, max: 5, default: 5 }],
    ["min: 5, max: 50", { min: 5, max: 50, default: 10 }],
    ["min: 5, default: 7", { min: 5, max: 100, default: 7 }],
  ])("%s narrow ours, and the default is within", (policy, expected) => {
    expect(setting(policy)).toMatchObject(expected);
  });

  test("are explained where the setting is", () => {
    expect(setting("min: 20")?.doc).toBe("Limit. Acme said so.");
  });
});
