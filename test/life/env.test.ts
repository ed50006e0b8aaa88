import { describe, expect, test } from "vitest";
import { missingVariables, namesInExample } from "../../src/life/env.ts";
import { coveringSelections } from "../../src/options/matrix.ts";
import { envLine } from "../../src/render/printers/env.ts";
import { cellOf } from "../fixtures/matrix.ts";

const rendered = "# Settings.\n\n# --- Service\nNAME=shop\nPORT=80\n\n# --- Mail\nMAIL='a b'\n";
const completed = (own: string) => own + missingVariables(own, rendered).addition;

describe("what a .env lacks", () => {
  test("is named, and comes at its end below its heading", () => {
    const own = "# mine\nNAME=other\n";
    expect(missingVariables(own, rendered).names).toEqual(["PORT", "MAIL"]);
    expect(completed(own)).toBe(`${own}\n# --- Service\nPORT=80\n\n# --- Mail\nMAIL='a b'\n`);
  });

  test("is nothing where all is there, however it is written", () => {
    const own = `export NAME = "x"\nPORT_FILE=/run/port\n  MAIL=\n`;
    expect(missingVariables(own, rendered)).toEqual({ names: [], addition: "" });
    expect(completed(completed(""))).toBe(completed(""));
  });

  test("is everything where there is none", () => {
    const { names, addition } = missingVariables(undefined, rendered);
    expect([names, addition]).toEqual([["NAME", "PORT", "MAIL"], rendered]);
    expect(completed("")).toBe(rendered.slice(rendered.indexOf("# --- Service")));
  });

  test("is not what a comment or another value names", () => {
    const own = "# NAME=x\nOTHER='one\nPORT=2\n'\nMAIL=x\n";
    expect(missingVariables(own, rendered).names).toEqual(["NAME", "PORT"]);
  });

  test("is written with the line ends of the file", () => {
    expect(completed("NAME=x\r\nMAIL=y\r\n")).toBe(
      "NAME=x\r\nMAIL=y\r\n\r\n# --- Service\r\nPORT=80\r\n",
    );
  });

  test("begins a new line where the last one has no end", () => {
    expect(completed("NAME=x\nMAIL=y")).toBe("NAME=x\nMAIL=y\n\n# --- Service\nPORT=80\n");
    expect(completed("NAME=x\r\nPORT=1\r\nMAIL=y")).toBe("NAME=x\r\nPORT=1\r\nMAIL=y");
  });

  test.each(coveringSelections().map((selection) => [JSON.stringify(selection), selection]))(
    "is found in each project: %s",
    (_, selection) => {
      const { planned, texts } = cellOf(selection as never);
      const env = texts.get(".env") ?? "";
      const given = env.split("\n").filter((line) => /^[A-Z]/.test(line));
      const { names, addition } = missingVariables("", env);
      expect(names).toEqual(given.map((line) => line.slice(0, line.indexOf("="))));
      expect(missingVariables(addition, env).names).toEqual([]);
      const example = namesInExample(texts.get(".env.example") ?? "");
      expect([...example].sort()).toEqual(planned.settings.map(({ name }) => name).sort());
    },
  );

  test("reads what we write", () => {
    for (const value of ["", "a b", "it's", '"', "#", "a=b"]) {
      const own = envLine("NAME", value);
      expect(missingVariables(own, "# A\nNAME=1\n").names).toEqual([]);
    }
  });
});
