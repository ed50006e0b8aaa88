import { describe, expect, test } from "vitest";
import { helpText } from "../../src/options/help.ts";
import { optionsTable } from "../../src/options/table.ts";
import { fixtureCatalogue } from "../fixtures/catalogue.ts";

describe("helpText", () => {
  const help = helpText(fixtureCatalogue);

  test.each([
    "  --name TEXT\n      Name: names it\n      (default: my-api)\n",
    "  --hash CHOICE\n      Hash: of the password\n      slow    Slow: better (default)\n",
    "      file    File: one file (default for development)\n",
    "      server  Server: a server (default for production)\n",
    "  --yes, -y        use the default",
  ])("has %j", (text) => {
    expect(help).toContain(text);
  });

  test("keeps to 100 columns", () => {
    for (const line of helpText().split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe("optionsTable", () => {
  const table = optionsTable(fixtureCatalogue);

  test.each([
    "| `--name` | text; default `my-api` | names it |",
    "| `--auth` | `password` (default), `key` | who is calling |",
    "| `--store` | `file` (default for development), `server` (default for production) | keeps data |",
  ])("has the row %s", (row) => {
    expect(table.split("\n")).toContain(row);
  });
});
