import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Selection } from "../../src/options/types.ts";
import { type Desk, deskOf } from "./desk.ts";
import { runFiles } from "./fastify.ts";
import { type Harness, harnessOf } from "./harness.ts";
import { makeProject, type Project } from "./project.ts";
import { resourceBlocks } from "./readme.ts";
import { missingServer, serversOf } from "./servers.ts";

/** Installs a project, does what its README says, and checks and tests what comes of it. */
const changed = async (
  selection: Selection,
  change: (desk: Desk, harness: Harness, project: Project) => Promise<void>,
): Promise<void> => {
  const harness = harnessOf(selection);
  const missing = await harness.missing();
  if (missing !== undefined) throw new Error(missing);
  const project = makeProject(selection);
  try {
    const variables = await harness.borrow(project);
    await change(deskOf(project, variables), harness, project);
    for (const check of Object.values(harness.codeChecks)) await check(project);
    await harness.runTests(project, {}, false);
  } finally {
    project.remove();
  }
};

/** Commands of a stack in a sentence. */
const COMMANDS = /`((?:uv|npm) run [^`]+)`/g;

const NAMES_NOTES = /\bnotes?\b|\bnote\.|notes_|_notes|Note[A-Z]|NOTES_/i;

/** Deletes the lines that name notes, and what is left empty around them. */
const forget = (path: string, { withoutExample }: Harness): void => {
  const lines = withoutExample(readFileSync(path, "utf8")).split("\n");
  writeFileSync(path, lines.filter((line) => !NAMES_NOTES.test(line)).join("\n"));
};

/** Follows the README's section about removing the example. */
const removeExample = async ({ folder, shell }: Desk, harness: Harness, project: Project) => {
  const migrate = () => project.run(...harness.app(project, "migrate"));
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  const [, section = ""] = readme.split("\n## Remove the example\n");
  const [first = "", second = "", third = ""] = section.split(/^\d\. /m).slice(1);
  const [, removal = ""] = /`(rm [^`]+)`/.exec(first) ?? [];
  await shell(removal);
  const files = [...second.matchAll(/`((?:app|src)\/[\w/]+\.(?:py|ts))`/g)].map(
    ([, file = ""]) => file,
  );
  expect(new Set(files).size).toBe(5);
  for (const file of [...new Set(files), "SECURITY.md"]) forget(join(folder, file), harness);
  const [migration = "", tidy = ""] = [...third.matchAll(COMMANDS)].map(
    ([, command = ""]) => command,
  );
  await migrate();
  for (const command of [migration, tidy]) await shell(command);
  await migrate();
  const left = await shell(
    `grep -rnE 'app.notes|tests.notes|"[.].*/notes/|NoteRow|NOTES_' app src tests 2>/dev/null || true`,
  );
  expect(left).toBe("");
};

/** Each ORM has its turn; `life.test.ts` adds a resource beside the example. */
const selections: Readonly<Record<string, Readonly<Record<"replacing" | "removing", Selection>>>> =
  {
    fastapi: {
      replacing: { orm: "tortoise", auth: "api-key" },
      removing: { orm: "sqlalchemy", auth: "session" },
    },
    fastify: {
      replacing: { orm: "mikro-orm", auth: "session" },
      removing: { orm: "drizzle", auth: "api-key" },
    },
  };

describe.concurrent.each(Object.entries(selections))("%s", (stack, { replacing, removing }) => {
  test("a resource takes the place of the example, as the README says", async () => {
    await changed({ stack, ...replacing }, async (desk, harness, project) => {
      expect(resourceBlocks(desk.folder).length).toBeGreaterThan(10);
      await harness.addResource(desk);
      await removeExample(desk, harness, project);
    });
  });

  test("the example is removed as the README says, and nothing takes its place", async () => {
    await changed({ stack, ...removing }, removeExample);
  });
});

// For this pair of choices, the README mends what the tool writes.
test("what belongs to an account goes with it in MySQL too, with what the README says", async () => {
  const selection = { stack: "fastify", orm: "drizzle", database: "mysql", state: "memory" };
  const harness = harnessOf(selection);
  const missing = (await harness.missing()) ?? (await missingServer(selection));
  if (missing !== undefined) throw new Error(missing);
  const project = makeProject(selection);
  try {
    const lent = await harness.borrow(project);
    const place = await serversOf(selection)[0]?.open(project);
    try {
      await harness.addResource(deskOf(project, { ...lent, ...place?.service }));
      await runFiles(project, place?.tests ?? {}, ["tests/database/migrations.test.ts"]);
    } finally {
      await place?.remove();
    }
  } finally {
    project.remove();
  }
});
