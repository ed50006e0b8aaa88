import { describe, expect, test } from "vitest";
import { render } from "../../src/render/render.ts";
import { fixtureCatalogue } from "../fixtures/catalogue.ts";
import { counting, planOf, rendered, type Templates } from "../fixtures/stack.ts";

const trees = (templates: Templates, answers: object = {}) =>
  rendered(planOf(templates, { ...answers }, { catalogue: fixtureCatalogue }));

describe("render", () => {
  test("prints templates and copies the rest, sorted by path", () => {
    const tree = trees(
      {
        "base/z.txt": "<%= it.x %> stays",
        "base/a.py.ejs": "NAME = <%= it.py(it.project.name) %>\n",
        "base/B.md.ejs": "<%= it.md(it.labels.auth) %>\n",
      },
      { name: "x-y" },
    );
    expect(Object.entries(tree)).toEqual([
      ["B.md", "Password\n"],
      ["a.py", 'NAME = "x-y"\n'],
      ["z.txt", "<%= it.x %> stays"],
    ]);
  });

  test("gives templates the whole context", () => {
    const setting = { name: "A_B", group: "G", kind: "int", doc: "D.", default: 3, env: "4" };
    const tree = trees(
      {
        "base/layer.json": { settings: [setting], wiring: { routers: [{ name: "health" }] } },
        "base/x.py.ejs": [
          "<%= it.py.name(it.project.package) %>",
          "<%_ for (const g of it.settingGroups) { _%>",
          "<%= it.py(g.title) %>",
          "<%_ for (const s of g.settings) { _%>",
          "<%= it.py.field(s) %>",
          "<%_ } _%>",
          "<%_ } _%>",
          "<%_ for (const g of it.env.groups) { _%>",
          "<%_ for (const e of g.entries) { _%>",
          "<%= it.env.line(e.name, e.value) %>",
          "<%_ } _%>",
          "<%_ } _%>",
          "<%_ for (const g of it.example.groups) { _%>",
          "<%_ for (const e of g.entries) { _%>",
          "<%= e.line %>",
          "<%_ } _%>",
          "<%_ } _%>",
          '<%_ for (const r of it.wiring("routers")) { _%>',
          "<%= it.py(r) %>",
          "<%_ } _%>",
          "<%= it.json(it.files) %>",
          "",
        ].join("\n"),
      },
      { name: "x-y" },
    );
    expect(tree["x.py"]?.split("\n")).toEqual([
      "x_y",
      '"G"',
      "a_b: int = 3",
      "A_B=4",
      "A_B=4",
      '{"name": "health"}',
      '["x.py"]',
      "",
    ]);
  });

  test("prints the parts of a file, joined by blank lines, and nothing where there is none", () => {
    const templates = {
      "base/README.md.ejs": '<%= it.part("use") %>|<%= it.part("keys") %>|\n',
      "base/parts/README.md/use.md": "One.",
      "auth=password/parts/README.md/use.md": "Two.",
      "auth=key/parts/README.md/keys.md": "Keys.",
    };
    expect(trees(templates)["README.md"]).toBe("One.\n\nTwo.||\n");
    expect(trees(templates, { auth: "key" })["README.md"]).toBe("One.|Keys.|\n");
  });

  test.each<[string, Templates, string]>([
    [
      "a wiring slot that nobody knows",
      { "base/x.ejs": '<% for (const x of it.wiring("tabels")) { %><% } %>' },
      "no layer contributes to the wiring slot 'tabels'",
    ],
    [
      "a part that nobody has",
      { "base/x.md.ejs": '<%= it.part("us") %>' },
      "no layer has parts/x.md/us.md",
    ],
    [
      "a part of another file",
      { "base/x.md.ejs": '<%= it.part("use") %>', "base/parts/y.md/use.md": "" },
      "no layer has parts/x.md/use.md",
    ],
    [
      "a part that is left over",
      { "base/parts/x.md/use.md": "a" },
      "No template prints parts/x.md",
    ],
    [
      "wiring that is left over",
      { "base/layer.json": { wiring: { tables: [{ name: "x" }] } } },
      "No template prints the wiring slot 'tables'",
    ],
    ["raw text", { "base/x.md.ejs": "<%= it.project.name %>" }, "templates/snake/base/x.md.ejs:1"],
  ])("refuses %s", (_, templates, message) => {
    expect(() => trees(templates)).toThrow(message);
  });

  test("is the same for the same bytes, and has other secrets for others", () => {
    const secret = { name: "S", group: "G", kind: "secret", doc: "D.", env: "{{secret}}" };
    const planned = planOf({
      "base/layer.json": { settings: [{ ...secret, example: "x" }] },
      "base/dot-env.ejs":
        "<% for (const g of it.env.groups) { %><% for (const e of g.entries) { %><%= it.env.line(e.name, e.value) %><% } %><% } %>",
    });
    const other = (size: number) => new Uint8Array(size).fill(7);
    expect(render(planned, counting)).toEqual(render(planned, counting));
    expect(render(planned, counting)).not.toEqual(render(planned, other));
  });
});
