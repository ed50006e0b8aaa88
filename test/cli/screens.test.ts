import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { built, desk, useDesk } from "./package.ts";
import { type Press, screensOf } from "./screen.ts";

// To take them anew, and then to read the difference: npx vitest run test/cli/screens.test.ts -u
const folder = join(import.meta.dirname, "__snapshots__");
const hasPython = spawnSync("python3", ["--version"]).status === 0;
const ENTER = "\r";
const LEFT = "\u001B[D";
const DOWN = "\u001B[B";
const ESCAPE = "\u001B";

useDesk();
beforeEach(() => {
  mkdirSync(join(desk.folder, ".bin"));
  const body = '#!/bin/sh\n[ "$1" = --version ] && echo 1.0\nexit 0\n';
  writeFileSync(join(desk.folder, ".bin/fixture-installer"), body, { mode: 0o755 });
  writeFileSync(join(desk.folder, ".gitconfig"), "[user]\nname = A\nemail = a@example.com\n");
});

/** Every question, one that is gone back to, a name that cannot be used, and the last screen. */
const wholeRun: readonly Press[] = [
  { once: "What is it written in?", key: ENTER },
  { once: "What is the project called?", key: `My_Shop${ENTER}` },
  { once: "my-shop can be used", key: ENTER },
  { once: "What does it do?", key: ENTER },
  { once: "Where will it run first?", key: `j${LEFT}` },
  { once: "What does it do?", key: ENTER },
  { once: "Where will it run first?", key: ENTER },
  { once: "Which ORM does it use?", key: ENTER },
  { once: "Which database does it use?", key: ENTER },
  { once: "How do callers sign in?", key: ENTER },
  { once: "How are passwords hashed?", key: ENTER },
  { once: "How do background jobs run?", key: DOWN + ENTER },
  { once: "Install the dependencies now?", key: ENTER },
  { once: "Create a first commit with git?", key: ENTER },
  { once: "Write it?", key: DOWN + ENTER },
  { once: "Which answer?", key: LEFT },
  { once: "Write it?", key: ENTER },
];

/** How long a step took is no part of a screen. */
const steady = (screen: string): string => screen.replace(/ \d+ s$/gm, " N s");

describe.skipIf(!hasPython).each([100, 50])("in %i columns (needs Python)", (columns) => {
  test("each screen of a whole run", { timeout: 90_000 }, async () => {
    const { status, screens } = await screensOf(built.cli, desk, columns, [], wholeRun);
    expect(status).toBe(0);
    expect(screens).toHaveLength(wholeRun.length + 1);
    const text = screens.map((screen, index) => `=== ${index + 1}\n${steady(screen)}`).join("\n");
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(columns);
    await expect(text).toMatchFileSnapshot(join(folder, `whole-run-${columns}.txt`));
  });

  test("each screen of a folder that is not empty", { timeout: 90_000 }, async () => {
    mkdirSync(join(desk.folder, "my-shop"));
    writeFileSync(join(desk.folder, "my-shop/README.md"), "# Mine\n");
    writeFileSync(join(desk.folder, "my-shop/LICENSE"), "MIT\n");
    const { status, screens } = await screensOf(
      built.cli,
      desk,
      columns,
      [
        "my-shop",
        "--description=Mine",
        "--environment=development",
        "--database=sqlite",
        "--orm=sqlalchemy",
        "--auth=oidc",
        "--state=memory",
        "--no-install",
        "--no-git",
      ],
      [
        { once: "Write it?", key: ENTER },
        { once: "README.md already exists", key: DOWN + DOWN + ENTER },
        { once: "-# Mine", key: DOWN + ENTER },
        { once: "Yes, replace it", key: ENTER },
        { once: "Which version to use?", key: ENTER },
      ],
    );
    expect(status).toBe(0);
    const text = screens.map((screen, index) => `=== ${index + 1}\n${steady(screen)}`).join("\n");
    await expect(text).toMatchFileSnapshot(join(folder, `not-empty-${columns}.txt`));
  });

  test("Escape ends it, and nothing is written", async () => {
    const { status, screens } = await screensOf(
      built.cli,
      desk,
      columns,
      [],
      [
        { once: "What is it written in?", key: ENTER },
        { once: "What is the project called?", key: ENTER },
        { once: "What does it do?", key: ESCAPE },
      ],
    );
    expect(status).toBe(130);
    expect(screens.at(-1)).toContain("Cancelled. Nothing was written.");
  });
});
