import { describe, expect, test } from "vitest";
import { checkTemplate } from "../../src/render/tags.ts";

describe("checkTemplate", () => {
  test.each([
    "plain text, 100 % of it, <b> and a < b",
    "<%# an if in a comment %>",
    "<%= it.py(it.project.name) %>",
    '<%= it.py("what? if! a && b || c") %>',
    "<%= it.py('don\\'t ask?') %>",
    "<%_ for (const group of it.settingGroups) { _%>\n<%_ } _%>",
    '<%_ for (const r of it.wiring("routers")) { _%>x<%_ } _%>',
    "<%_ for (const [name, items] of it.groups) { _%>x<%_ } _%>",
    "<%= it.py.join(it.files.map((file) => it.py(file))) %>",
    "<%= it.py.imports([\n  ...it.wiring('a'),\n  { module: 'x', name: 'y' },\n]) %>",
    "literal <%% if (x) { %%>",
  ])("takes %j", (text) => {
    expect(() => checkTemplate(text)).not.toThrow();
  });

  test.each([
    ["<%- it.project.name %>", "prints raw text"],
    ["<%_ if (it.labels.orm) { _%>", "is no loop"],
    ["<% } else { %>", "is no loop"],
    ["<% switch (it.x) { %>", "is no loop"],
    ["<% while (true) { %>", "is no loop"],
    ["<% const x = 1; %>", "is no loop"],
    ["<% for (const x of it.a) { y(); %>", "is no loop"],
    ["<% for (const x of it.a ? it.b : []) { %>", "holds '?'"],
    ['<%= it.py(it.auth ? "a" : "b") %>', "holds '?'"],
    ["<%= it.py(it.a ?? it.b) %>", "holds '?'"],
    ["<%= it.a?.b %>", "holds '?'"],
    ["<%= it.a && it.py(it.b) %>", "holds '&&'"],
    ["<%= it.a || it.b %>", "holds '||'"],
    ["<%= it.py(!it.a) %>", "holds '!'"],
    ["<%= it.py(it.a === 'x') %>", "holds '==='"],
    ["<%= it.py(it.a < 3) %>", "holds '<'"],
    ["<% for (const x of it.settings.filter((s) => s.min)) { %>", "holds '.filter'"],
    ["<%= it.py(it.files.includes('x')) %>", "holds '.includes'"],
    ["<%= include('other') %>", "holds 'include'"],
    ["<%= (function () { return it })() %>", "holds 'function'"],
    ["<%= it.py(`a`) %>", "holds a template string"],
  ])("refuses %s", (text, message) => {
    expect(() => checkTemplate(`first\n${text}`)).toThrow(message);
    expect(() => checkTemplate(`first\n${text}`)).toThrow("line 2: ");
  });
});
