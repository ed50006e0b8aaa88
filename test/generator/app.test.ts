import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import helpers, { type RunResult } from "yeoman-test";
import App from "../../generators/app/index.ts";
import type { Request } from "../../generators/app/request.ts";
import { UserError } from "../../src/errors.ts";
import { repository } from "../cli/package.ts";

const NAMESPACE = "create-secure-api:app";
const resolved = join(repository, "generators/app/index.ts");

type Asked = { readonly said: string[]; readonly asked: string[]; readonly result: RunResult };

/** Runs the generator over the small stack of templates, in a temporary folder. */
const generate = async (
  request: Partial<Request>,
  answers: Readonly<Record<string, unknown>> = {},
  prepare: (folder: string) => void = () => undefined,
  asked: string[] = [],
): Promise<Asked> => {
  const said: string[] = [];
  const terminal: Request["terminal"] = {
    line: (text = "") => void said.push(text),
    bold: (text) => text,
    dim: (text) => text,
    step: (doing, work) => {
      said.push(doing);
      return work();
    },
  };
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
        request: {
          cwd: generator.env.cwd,
          answers: {},
          yes: false,
          install: false,
          git: false,
          interactive: true,
          program: ["create"],
          version: "1.2.3",
          terminal,
          root: join(repository, "test/fixtures/package"),
          ...request,
        } satisfies Request,
      });
    });
  return { said, asked, result };
};

describe("the generator", () => {
  test("asks for what is open, writes it and names the command that does it again", async () => {
    const { said, asked, result } = await generate(
      { answers: { description: "Mine" } },
      { name: "my-shop", environment: "staging", database: "postgresql" },
    );
    expect(asked.slice(0, 3)).toEqual(["name", "framework-version", "environment"]);
    expect(asked).not.toContain("description");
    result.assertFileContent("my-shop/app/database.py", "postgresql");
    result.assertFileContent("my-shop/README.md", "Mine");
    result.assertJsonFileContent("my-shop/.yo-rc.json", {
      "create-secure-api": { version: "1.2.3", options: { environment: "staging" } },
    });
    expect(said.at(-1)).toMatch(/^ {2}create my-shop --description Mine .* --no-git --yes$/);
  });

  test("asks nothing with --yes", async () => {
    const { asked, result } = await generate({ yes: true, directory: "deep/my-shop" });
    expect(asked).toEqual([]);
    result.assertFileContent("deep/my-shop/app/database.py", "sqlite");
  });

  test("offers the steps that are possible", async () => {
    const { asked, result } = await generate(
      { directory: "my-shop", git: true, install: true, answers: { description: "D" } },
      { git: false },
    );
    expect(asked.slice(0, 2)).toEqual(["framework-version", "environment"]);
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
    const run = generate({ directory: "my-shop" }, {}, taken, asked);
    await expect(run).rejects.toThrow(UserError);
    expect(asked).toEqual([]);
  });

  test("refuses to ask nobody", async () => {
    await expect(generate({ directory: "my-shop", interactive: false })).rejects.toThrow("--yes");
  });
});
