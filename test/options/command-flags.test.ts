import { describe, expect, test } from "vitest";
import { parseCommand } from "../../src/options/command-flags.ts";
import { type ProjectCommand, projectCommandOf } from "../../src/options/commands.ts";
import { commandHelp } from "../../src/options/help.ts";
import { fixtureCatalogue } from "../fixtures/catalogue.ts";

const move: ProjectCommand = {
  id: "move",
  words: "[directory]",
  hint: "moves what is there",
  flags: [
    { flag: "dry-run", hint: "shows it" },
    { flag: "no-dry-run", hint: "does it" },
    { flag: "quiet", short: "q", hint: "says nothing" },
    { flag: "to", value: "PLACE", hint: "where to" },
    { flag: "only", value: "THING", repeated: true, hint: "what" },
  ],
};
const parse = (...words: readonly string[]) => parseCommand(move, words, fixtureCatalogue);

describe("parseCommand", () => {
  test("reads switches, values and the directory", () => {
    const given = parse("shop", "-q", "--to", "attic");
    expect(given.directory).toBe("shop");
    expect(given.has("quiet")).toBe(true);
    expect(given.has("dry-run")).toBe(false);
    expect(given.value("to")).toBe("attic");
    expect(given.value("only")).toBeUndefined();
  });

  test("joins the values of a flag that can be repeated", () => {
    expect(parse("--only", "a", "--only=b,c").value("only")).toBe("a,b,c");
  });

  test("takes the options of a project where the command does", () => {
    const given = parseCommand(
      { ...move, takesOptions: true },
      ["--auth", "key", "--to", "attic"],
      fixtureCatalogue,
    );
    expect(given.answers).toEqual({ auth: "key" });
    expect(given.value("to")).toBe("attic");
  });

  test.each([
    [["--auth", "key"], "There is no flag --auth."],
    [["--dry-rum"], "There is no flag --dry-rum."],
    [["--to"], "Its value is missing."],
    [["--to", "--quiet"], "Its value is missing."],
    [["--to", "a", "--to", "b"], "It is given twice."],
    [["--quiet=yes"], "It takes no value."],
    [["--dry-run", "--no-dry-run"], "It contradicts --no-dry-run."],
    [["a", "b"], "There are 2 directories."],
    [[""], "The directory is empty."],
  ])("refuses %j", (words, what) => {
    expect(() => parse(...words)).toThrow(expect.objectContaining({ name: "UserError", what }));
  });

  test("suggests the flag that was meant", () => {
    const fix: unknown = expect.stringContaining("--dry-run");
    expect(() => parse("--dry-rum")).toThrow(expect.objectContaining({ fix }));
  });

  test("knows its own flags alone", () => {
    expect(() => parse().has("json")).toThrow("the command 'move' has no flag 'json'");
  });
});

test("a command is found by its name", () => {
  expect(projectCommandOf("move", [move])).toBe(move);
  expect(projectCommandOf("mov", [move])).toBeUndefined();
  expect(projectCommandOf(undefined, [move])).toBeUndefined();
});

describe("commandHelp", () => {
  const help = commandHelp({ ...move, takesOptions: true }, fixtureCatalogue);

  test.each([
    "Usage: create-secure-api move [directory]\n\nMoves what is there.\n",
    "  --quiet, -q   says nothing\n",
    "  --only THING  what\n",
    "  --auth password|key\n",
  ])("has %j", (text) => {
    expect(help).toContain(text);
  });

  test("has exit codes of its own", () => {
    expect(commandHelp({ ...move, exitCodes: [["9", "moved halfway"]] })).toContain(
      "Exit codes:\n  9  moved halfway\n",
    );
  });
});
