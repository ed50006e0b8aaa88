import { describe, expect, test } from "vitest";
import { printed } from "../../src/render/printers/printed.ts";
import { compileTemplate } from "../../src/render/template.ts";

const fill = (text: string, context: object) =>
  compileTemplate(text, "templates/snake/base/x.ejs")(context);

describe("compileTemplate", () => {
  test("loops and prints, and changes nothing of what is printed", () => {
    const text = "a\n<%_ for (const x of it.list) { _%>\n- <%= x %>\n<%_ } _%>\nz <%% %%>\n";
    const list = [printed(">=2 & \"'"), printed("<%= x %>")];
    expect(fill(text, { list })).toBe("a\n- >=2 & \"'\n- <%= x %>\nz <% %>\n");
  });

  test.each([
    [{ x: "text" }, "raw text (string)"],
    [{ x: 7 }, "raw text (number)"],
    [{ x: ["a"] }, "raw text (object)"],
    [{ x: { text: "forged" } }, "raw text (object)"],
    [{ x: null }, "prints nothing"],
    [{}, "prints nothing (is the name misspelt?)"],
  ])("refuses to print %j", (context, message) => {
    const run = () => fill("one\ntwo <%= it.x %>", context);
    expect(run).toThrow(message);
    expect(run).toThrow("templates/snake/base/x.ejs:2");
  });

  test("refuses to glue printed text to other text", () => {
    expect(() => fill('<%= it.x + "y" %>', { x: printed("x") })).toThrow("printed already");
  });

  test("sees the context alone", () => {
    expect(() => fill("<%= process.env %>", {})).toThrow();
    expect(() => fill("<%= x %>", { x: printed("x") })).toThrow("x is not defined");
  });
});
