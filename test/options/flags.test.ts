import { describe, expect, test } from "vitest";
import { parseArguments, switches } from "../../src/options/flags.ts";

const off = Object.fromEntries(switches.map(({ id }) => [id, false]));
const nothing = {
  command: "create",
  directory: undefined,
  config: undefined,
  plan: undefined,
  existing: undefined,
};

describe("parseArguments", () => {
  test("reads nothing out of nothing", () => {
    expect(parseArguments([])).toEqual({ ...nothing, answers: {}, switches: off });
  });

  test("reads a directory, options in both forms, and switches in both lengths", () => {
    const argv = ["my-api", "--auth", "jwt", "--description=-x-", "-y", "--no-git"];
    expect(parseArguments(argv)).toEqual({
      ...nothing,
      directory: "my-api",
      answers: { auth: "jwt", description: "-x-" },
      switches: { ...off, yes: true, noGit: true },
    });
  });

  test("does not judge values", () => {
    expect(parseArguments(["--auth", "nonsense"]).answers).toEqual({ auth: "nonsense" });
    expect(parseArguments(["--name", ""]).answers).toEqual({ name: "" });
  });

  test("reads a command as the first word alone", () => {
    expect(parseArguments(["schema"])).toMatchObject({ command: "schema", directory: undefined });
    expect(parseArguments(["./schema"])).toMatchObject({ command: "create" });
    expect(parseArguments(["apply", "plan.json", "my-api"])).toMatchObject({
      command: "apply",
      plan: "plan.json",
      directory: "my-api",
    });
  });

  test("reads where answers come from, and what becomes of files that are there", () => {
    expect(parseArguments(["--config", "-"]).config).toBe("-");
    expect(parseArguments(["--existing", "keep"]).existing).toBe("keep");
    expect(parseArguments(["--existing=replace"]).existing).toBe("replace");
    expect(parseArguments(["--existing=replace", "--existing=replace"]).existing).toBe(
      "replace-all",
    );
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
    [["--existing", "overwrite"], '"overwrite" is not known.'],
    [["--existing=keep", "--existing=keep"], "It is given twice."],
    [["--config=a", "--config=b"], "It is given twice."],
    [["--install", "--no-install"], "It contradicts --no-install."],
    [["apply"], "Its plan is missing. Write create-secure-api apply FILE."],
    [["apply", "plan.json", "--auth=jwt"], "The plan that is applied decides that. Leave it out"],
    [["apply", "plan.json", "my", "api"], "There are 2 directories."],
    [["schema", "my-api"], "The schema belongs to no directory. Leave it out."],
    [["schema", "--auth=jwt"], "It has no meaning for the schema. Leave it out."],
    [["schema", "--existing=keep"], "It has no meaning for the schema."],
    [["my", "api"], "There are 2 directories. Give one"],
  ])("refuses %j", (argv, message) => {
    expect(() => parseArguments(argv)).toThrow(message);
  });
});
