import { describe, expect, test } from "vitest";
import { parseArguments } from "../../src/options/flags.ts";

const off = { yes: false, noInstall: false, noGit: false, help: false, version: false };

describe("parseArguments", () => {
  test("reads nothing out of nothing", () => {
    expect(parseArguments([])).toEqual({ directory: undefined, answers: {}, switches: off });
  });

  test("reads a directory, options in both forms, and switches in both lengths", () => {
    const argv = ["my-api", "--auth", "jwt", "--description=-x-", "-y", "--no-git"];
    expect(parseArguments(argv)).toEqual({
      directory: "my-api",
      answers: { auth: "jwt", description: "-x-" },
      switches: { ...off, yes: true, noGit: true },
    });
  });

  test("does not judge values", () => {
    expect(parseArguments(["--auth", "nonsense"]).answers).toEqual({ auth: "nonsense" });
    expect(parseArguments(["--name", ""]).answers).toEqual({ name: "" });
  });

  test("takes everything after -- for a directory", () => {
    expect(parseArguments(["--", "--auth"]).directory).toBe("--auth");
  });

  test.each([
    [["--databse", "sqlite"], "There is no flag --databse. Did you mean --database?"],
    [["--no-instal"], "There is no flag --no-instal. Did you mean --no-install?"],
    [["-x"], "There is no flag -x."],
    [["--__proto__=x"], "There is no flag --__proto__."],
    [["--auth"], "Its value is missing. Write --auth VALUE."],
    [["--auth", "--yes"], "Its value is missing. If --yes is meant as the value"],
    [["--auth", "jwt", "--auth=jwt"], "It is given twice. Leave one out."],
    [["--yes=no"], "It takes no value. Write --yes alone."],
    [["my", "api"], "There are 2 directories. Give one"],
  ])("refuses %j", (argv, message) => {
    expect(() => parseArguments(argv)).toThrow(message);
  });
});
