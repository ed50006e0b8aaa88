import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import helpers, { type RunResult } from "yeoman-test";
import App from "../../generators/app/index.ts";
import type { Request } from "../../generators/app/request.ts";
import { UserError } from "../../src/errors.ts";
import { shellCommand } from "../../src/project/command.ts";
import type { Outcome } from "../../src/project/outcome.ts";
import { repository } from "../cli/package.ts";

const NAMESPACE = "create-secure-api:app";
const resolved = join(repository, "generators/app/index.ts");

type Asked = {
  readonly said: string[];
  readonly asked: string[];
  readonly result: RunResult;
  readonly outcome: Outcome | undefined;
};

// The library leaves its process where the last run was, and other files are tested in it, too.
afterEach(() => process.chdir(repository));

/** Runs the generator over the small stack of templates, in a temporary folder. */
const generate = async (
  request: Partial<Request>,
  answers: Readonly<Record<string, unknown>> = {},
  prepare: (folder: string) => void = () => undefined,
  asked: string[] = [],
  steps: Partial<Request> = { install: false, git: false },
): Promise<Asked> => {
  const said: string[] = [];
  const terminal: Request["terminal"] = {
    isPerson: false,
    columns: () => 80,
    takeBack: () => undefined,
    say: (text) => void said.push(text),
    line: (text = "") => void said.push(text),
    bold: (text) => text,
    dim: (text) => text,
    step: (doing, work) => {
      said.push(doing);
      return work();
    },
  };
  let outcome: Outcome | undefined;
  const context = helpers.run<App>(App, { namespace: NAMESPACE, resolved });
  const result = await context
    .doInDir(prepare)
    .withAnswers(answers, {
      callback: (answer, { question }) => {
        asked.push(question.name);
        return answer;
      },
    })
    .onGenerator((generator) => {
      Object.assign(generator.options, {
        onOutcome: (reached: Outcome) => {
          outcome = reached;
        },
        request: {
          cwd: generator.env.cwd,
          answers: {},
          yes: false,
          dryRun: false,
          ...steps,
          interactive: true,
          program: ["create"],
          version: "1.2.3",
          terminal,
          root: join(repository, "test/fixtures/package"),
          ...request,
        } satisfies Request,
      });
    });
  return { said, asked, result, outcome };
};

describe("the generator", () => {
  test("asks for what is open, writes it and names the command that does it again", async () => {
    const { asked, result, outcome } = await generate(
      { answers: { description: "Mine" } },
      { name: "my-shop", environment: "staging", database: "postgresql" },
    );
    expect(asked.slice(0, 2)).toEqual(["stack", "name"]);
    expect(asked).not.toContain("framework-version");
    expect(asked.at(-1)).toBe("verdict");
    expect(asked).not.toContain("description");
    result.assertFileContent("my-shop/app/database.py", "postgresql");
    result.assertFileContent("my-shop/README.md", "Mine");
    result.assertJsonFileContent("my-shop/.yo-rc.json", {
      "create-secure-api": { version: "1.2.3", options: { environment: "staging" } },
    });
    expect(shellCommand(outcome?.again ?? [])).toMatch(
      /^create my-shop --description Mine .* --no-git --yes$/,
    );
  });

  test("asks nothing with --yes", async () => {
    const { asked, result } = await generate({ yes: true, directory: "deep/my-shop" });
    expect(asked).toEqual([]);
    result.assertFileContent("deep/my-shop/app/database.py", "sqlite");
  });

  test("offers the steps that are possible", async () => {
    const { asked, result } = await generate(
      { directory: "my-shop", answers: { description: "D" } },
      { git: "no" },
      undefined,
      [],
      {},
    );
    expect(asked.slice(0, 2)).toEqual(["stack", "environment"]);
    expect(asked.filter((id) => ["name", "git", "install"].includes(id))).toEqual(["git"]);
    result.assertNoFile("my-shop/.git/HEAD");
  });

  test("stores no answer but in the project's record", async () => {
    const { result } = await generate({}, { name: "my-shop" });
    expect(readdirSync(result.cwd)).toEqual(["my-shop"]);
  });

  test("refuses a directory that is not empty before it asks", async () => {
    const taken = (folder: string) => {
      mkdirSync(join(folder, "my-shop"));
      writeFileSync(join(folder, "my-shop/notes.txt"), "");
    };
    const asked: string[] = [];
    const run = generate({ directory: "my-shop", existing: "refuse" }, {}, taken, asked);
    await expect(run).rejects.toThrow(UserError);
    expect(asked).toEqual([]);
  });

  test("refuses the name of a package of the stack before it asks", async () => {
    const asked: string[] = [];
    const run = generate({ answers: { name: "fastapi" } }, {}, undefined, asked);
    await expect(run).rejects.toThrow("'fastapi' is the name of a package");
    expect(asked).toEqual([]);
  });

  test("asks for each file that is there, and leaves what else is there alone", async () => {
    const cloned = (folder: string) => {
      mkdirSync(join(folder, "my-shop/app"), { recursive: true });
      writeFileSync(join(folder, "my-shop/README.md"), "# Mine\n");
      writeFileSync(join(folder, "my-shop/LICENSE"), "MIT");
      writeFileSync(join(folder, "my-shop/app/notes.py"), "");
    };
    const { asked, result, outcome } = await generate({ directory: "my-shop" }, {}, cloned);
    expect(asked.filter((name) => name === "conflict")).toHaveLength(1);
    result.assertFileContent("my-shop/README.md", "# Mine");
    result.assertFile(["my-shop/LICENSE", "my-shop/app/notes.py", "my-shop/.yo-rc.json"]);
    expect(outcome?.files).toContainEqual(
      expect.objectContaining({ path: "README.md", state: "kept" }),
    );
    expect(outcome?.warnings).toEqual([expect.stringContaining("README.md")]);
  });

  test("takes the place of a file only when that was said twice, where git does not have it", async () => {
    const cloned = (folder: string) => {
      mkdirSync(join(folder, "my-shop"));
      writeFileSync(join(folder, "my-shop/README.md"), "# Mine\n");
    };
    const request = { directory: "my-shop", yes: true };
    await expect(generate({ ...request, existing: "replace" }, {}, cloned)).rejects.toThrow(
      "git could not restore the files that would be replaced: README.md",
    );
    const { result } = await generate({ ...request, existing: "replace-all" }, {}, cloned);
    result.assertNoFileContent("my-shop/README.md", "# Mine");
  });

  test("makes nothing in a dry run, and tells what is in the way", async () => {
    const cloned = (folder: string) => {
      mkdirSync(join(folder, "my-shop"));
      writeFileSync(join(folder, "my-shop/README.md"), "# Mine\n");
    };
    const request = { directory: "my-shop", yes: true, dryRun: true };
    const { result, outcome } = await generate(request, {}, cloned);
    expect(readdirSync(result.cwd, { recursive: true }).sort()).toEqual([
      "my-shop",
      join("my-shop", "README.md"),
    ]);
    expect(outcome?.files).toContainEqual(
      expect.objectContaining({ path: "README.md", state: "conflict" }),
    );
  });

  test("refuses to ask nobody", async () => {
    await expect(generate({ directory: "my-shop", interactive: false })).rejects.toThrow("--yes");
  });
});
