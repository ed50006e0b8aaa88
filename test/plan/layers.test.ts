import { describe, expect, test } from "vitest";
import { parseLayers } from "../../src/plan/layers.ts";
import { fixtureCatalogue } from "../fixtures/catalogue.ts";
import { layersOf, type Templates } from "../fixtures/stack.ts";

const layers = (templates: Templates) => layersOf(templates, fixtureCatalogue);

describe("parseLayers", () => {
  test("reads files, dotfiles, templates, parts and the manifest", () => {
    const [base, store] = layers({
      "store=file/app/store.py": "x = 1\n",
      "base/dot-github/dot-x/ci.yml.ejs": "on: push\n",
      "base/dot-env.ejs": "",
      "base/layer.json": { dependencies: { runtime: ["web"] } },
      "base/parts/README.md/sign-in.md": "\nSign in.\n\n",
      "base/parts/docs/x.md/why.md": "Because.",
    });
    expect(base?.name).toBe("base");
    expect([...(base?.files.keys() ?? [])]).toEqual([".github/.x/ci.yml", ".env"]);
    expect(base?.files.get(".env")).toMatchObject({
      rendered: true,
      template: "templates/snake/base/dot-env.ejs",
    });
    expect(base?.manifest.dependencies).toEqual({ runtime: ["web"] });
    expect(base?.manifest.settings).toEqual([]);
    expect(base?.parts.get("README.md")?.get("sign-in")).toBe("Sign in.");
    expect(base?.parts.get("docs/x.md")?.get("why")).toBe("Because.");
    expect(store).toMatchObject({ name: "store=file", folder: "templates/snake/store=file" });
    expect(store?.files.get("app/store.py")).toMatchObject({ rendered: false });
  });

  test.each<[string, Templates, string]>([
    ["an unknown option", { "stroe=file/x.py": "" }, "templates/snake/stroe=file: the catalogue"],
    ["a file outside of a layer", { "x.py": "" }, "templates/snake/x.py: it lies in no layer"],
    [
      "a dotfile",
      { "base/.gitignore": "" },
      "templates/snake/base/.gitignore: packing may drop '.gitignore'; store it as 'dot-gitignore'",
    ],
    ["what a run left", { "base/app/__pycache__/x.pyc": "" }, "left over from a run"],
    ["what an installation left", { "base/node_modules/x.js": "" }, "left over from a run"],
    ["a space in a name", { "base/a b.py": "" }, "'a b.py' holds a character"],
    ["a Windows device", { "base/aux.py": "" }, "'aux.py' has the name of a Windows device"],
    ["one path twice", { "base/x.py": "", "base/x.py.ejs": "" }, "two files of this layer"],
    ["a part without a file", { "base/parts/x.md": "" }, "a part lies at parts/<rendered path>"],
    ["a part of another form", { "base/parts/README.md/x.txt": "" }, "a part lies at"],
    ["broken JSON", { "base/layer.json": "{" }, "templates/snake/base/layer.json:"],
    ["an unknown key", { "base/layer.json": { setings: [] } }, "setings"],
    [
      "a combination without a reason",
      { "store=file+auth=key/x.py": "" },
      "templates/snake/store=file+auth=key/layer.json: a layer for a combination needs a 'reason'",
    ],
    ["a reason without a combination", { "base/layer.json": { reason: "x" } }, "remove it"],
    ["a raw tag", { "base/x.md.ejs": "a\n<%- it.x %>" }, "templates/snake/base/x.md.ejs: line 2"],
  ])("refuses %s", (_, templates, message) => {
    expect(() => layers(templates)).toThrow(message);
  });

  test("refuses a template that is no UTF-8", () => {
    const entry = { path: "base/x.md.ejs", content: Uint8Array.of(0xff), executable: false };
    const read = () => parseLayers("templates/snake", [entry], fixtureCatalogue);
    expect(read).toThrow("templates/snake/base/x.md.ejs: ");
  });

  test("leaves the bytes of what is copied alone", () => {
    const entry = { path: "base/logo.png", content: Uint8Array.of(0xff, 0), executable: true };
    const [base] = parseLayers("templates/snake", [entry], fixtureCatalogue);
    expect(base?.files.get("logo.png")).toEqual({
      template: "templates/snake/base/logo.png",
      content: entry.content,
      executable: true,
      rendered: false,
    });
  });
});
