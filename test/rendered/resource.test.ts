import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { findUv } from "../../scripts/uv.ts";
import { codeChecks, install, missingPython, runTests } from "./fastapi.ts";
import { makeProject, type Project } from "./project.ts";
import { follow, resourceBlocks } from "./readme.ts";

type Shell = (text: string) => Promise<string>;

/** Installs a project, does what its README says, and checks and tests what comes of it. */
const changed = async (
  selection: Readonly<Record<string, string>>,
  change: (project: Project, readme: string, shell: Shell) => Promise<void>,
): Promise<void> => {
  const missing = await missingPython();
  if (missing !== undefined) throw new Error(missing);
  const project = makeProject(selection);
  const variables = { PATH: [dirname((await findUv()) ?? ""), process.env.PATH].join(delimiter) };
  const shell: Shell = (text) => project.run("sh", ["-ec", text], { variables });
  try {
    await install(project);
    await change(project, readFileSync(join(project.folder, "README.md"), "utf8"), shell);
    for (const check of Object.values(codeChecks)) await check(project);
    await runTests(project, {}, "--numprocesses=0");
  } finally {
    project.remove();
  }
};

const MIGRATE = "uv run python -m app migrate";
const TIDY = "uv run ruff check --fix && uv run ruff format";

test.concurrent.each([
  { orm: "sqlalchemy", auth: "jwt" },
  { orm: "tortoise", auth: "api-key" },
])("a resource is added as the README says: $orm, $auth", async (selection) => {
  await changed(selection, async ({ folder }, readme, shell) => {
    const blocks = resourceBlocks(folder);
    expect(blocks.length).toBeGreaterThan(10);
    await follow(folder, blocks, shell);
    expect(readme).toContain(`Sort the imports with \`${TIDY}\``);
    await shell(TIDY);
  });
});

const NAMES_NOTES = /\bnotes?\b|\bnote\.|notes_|_notes|Note[A-Z]|NOTES_/i;

/** Deletes the lines that name notes, and what is left empty around them. */
const forget = (path: string): void => {
  const text = readFileSync(path, "utf8")
    .replace(/^ {4}\{\n {8}"name": "notes",\n[\s\S]*?^ {4}\},\n/m, "")
    .replace(/^_MODERATOR\b.*$/m, "_MODERATOR: Final = _USER");
  const kept = text.split("\n").filter((line) => !NAMES_NOTES.test(line));
  writeFileSync(path, kept.join("\n"));
};

test.concurrent.each([
  { orm: "sqlalchemy", auth: "session" },
  { orm: "tortoise", auth: "oidc" },
])("the example is removed as the README says: $orm, $auth", async (selection) => {
  await changed(selection, async ({ folder }, readme, shell) => {
    const [, section = ""] = readme.split("\n## Remove the example\n");
    const [first = "", second = "", third = ""] = section.split(/^\d\. /m).slice(1);
    const [, removal = ""] = /`(rm [^`]+)`/.exec(first) ?? [];
    await shell(removal);
    const files = [...second.matchAll(/`(app\/[\w/]+\.py)`/g)].map(([, file = ""]) => file);
    expect(new Set(files).size).toBe(5);
    for (const file of [...new Set(files), "SECURITY.md"]) forget(join(folder, file));
    const [migration = "", tidy = ""] = [...third.matchAll(/`(uv run [^`]+)`/g)].map(
      ([, command = ""]) => command,
    );
    for (const command of [MIGRATE, migration, tidy, MIGRATE]) await shell(command);
    const left = await shell("grep -rnE 'app.notes|tests.notes|NoteRow|NOTES_' app tests || true");
    expect(left).toBe("");
  });
});
