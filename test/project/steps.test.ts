import { describe, expect, test } from "vitest";
import { nextSteps } from "../../src/project/steps.ts";

const program = ["uv", "run", "python"];

describe("nextSteps", () => {
  test("a command of the project begins with the program, and its words are quoted", () => {
    const run = [["{program}", "-m", "app", "say", "it's {{name}}"]];
    expect(
      nextSteps([{ phase: "serve", text: "Say it.", run, stays: true }], "my-api", program),
    ).toEqual([
      {
        text: "Say it.",
        commands: ["uv run python -m app say 'it'\\''s my-api'"],
        stays: true,
      },
    ]);
  });

  test("lines of a shell are printed as they are, with the names of the project", () => {
    const shell = [
      "mysql <<SQL",
      "GRANT ALL ON \\`{{databasePattern}}\\`.* TO '{{account}}';",
      "SQL",
    ];
    expect(nextSteps([{ phase: "database", text: "Grant.", shell }], "my-api", program)).toEqual([
      {
        text: "Grant.",
        commands: ["mysql <<SQL", "GRANT ALL ON \\`my\\_api\\`.* TO 'my_api';", "SQL"],
        stays: false,
      },
    ]);
  });
});
