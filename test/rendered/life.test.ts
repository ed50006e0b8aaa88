import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findUv } from "../../scripts/uv.ts";
import { catalogue } from "../../src/options/catalogue.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import type { Selection } from "../../src/options/types.ts";
import { plan } from "../../src/plan/plan.ts";
import { readStack } from "../../src/plan/read-stack.ts";
import { projectRecord, recordFile } from "../../src/project/record.ts";
import { render } from "../../src/render/render.ts";
import { openRepository } from "../../src/system/git/repository.ts";
import { readRecord } from "../../src/system/records.ts";
import { undoChanges } from "../../src/system/renewal/undo.ts";
import { carryOut, prepare } from "../../src/system/renewal/update-project.ts";
import { lost, returned, type Texts } from "./account.ts";
import { lendEnvironments } from "./environments.ts";
import { app, codeChecks, missingPython, runTests } from "./fastapi.ts";
import { makeProject } from "./project.ts";
import { blocksOf, place } from "./readme.ts";
import { missingServer, openDatabase, serversOf } from "./servers.ts";
import { twoVersions } from "./versions.ts";

const THEN = "0.2.0";
const NOW = "0.3.0";
const versions = twoVersions();
afterAll(() => versions.remove(), 60_000);
const environments = lendEnvironments();
const script = resolve("test/rendered/schema.py");

/** What a version makes of a selection. */
const made = (root: string, selection: Selection) => {
  const options = parseAnswers(selection);
  const { layers, pins } = readStack("fastapi", catalogue, root);
  const planned = plan(options, layers, pins);
  return { options, planned, project: render(planned, randomBytes) };
};
type Made = ReturnType<typeof made>;

const textsOf = ({ project }: Made): Texts =>
  new Map(project.files.map(({ path, content }) => [path, Buffer.from(content).toString("utf8")]));

const git = (folder: string, ...words: string[]): string =>
  execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.com", ...words], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 64_000_000,
  });

const commit = (folder: string, message: string): void => {
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", message);
};

/** The files that git does not ignore. */
const filesIn = (folder: string): Texts =>
  new Map(
    git(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
      .split("\0")
      .filter((path) => path !== "" && existsSync(join(folder, path)))
      .map((path) => [path, readFileSync(join(folder, path), "utf8")]),
  );

const everything = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...filesIn(folder)].map(([path, text]) => [
      path,
      `${lstatSync(join(folder, path)).mode.toString(8)} ${text}`,
    ]),
  );

const update = async (folder: string, now: Made) =>
  prepare({
    folder,
    shown: "my-api",
    found: readRecord(folder, "my-api", NOW),
    now: {
      version: NOW,
      options: now.options,
      files: now.project.files,
      migrations: now.planned.migrations,
    },
    sources: [],
    labels: { base: `create-secure-api ${THEN}`, now: `create-secure-api ${NOW}` },
    title: "update",
  });

type Shell = (text: string) => Promise<string>;

/** The module that the team calls otherwise. */
const RENAMED = ["app/pagination.py", "app/paging.py"] as const;
const TIDY = "ruff check --fix --quiet && ruff format --quiet";

/** What a team does in a while; each of these touches one file or many. */
const work = async (folder: string, shell: Shell): Promise<void> => {
  const edit = (path: string, before: string, after: string): void => {
    const text = readFileSync(join(folder, path), "utf8");
    expect(text, `${path}: ${before}`).toContain(before);
    writeFileSync(
      join(folder, path),
      text.replace(before, () => after),
    );
  };
  for (const block of blocksOf(readFileSync(join(folder, "README.md"), "utf8"), "Add a resource")) {
    if (block.language === "sh") await shell(block.text);
    else place(folder, block);
  }
  await shell(TIDY);
  commit(folder, "Add projects");

  renameSync(join(folder, RENAMED[0]), join(folder, RENAMED[1]));
  await shell(
    "grep -rl 'app\\.pagination' app tests | xargs sed -i 's/app\\.pagination/app.paging/g'",
  );
  await shell(TIDY);
  commit(folder, "Call a module otherwise");

  edit("README.md", "## Deployment\n", "## Who to call\n\nThe platform team.\n\n## Deployment\n");
  edit("SECURITY.md", "# Security of my-api\n", "# Security of our API\n");
  edit("pyproject.toml", 'version = "0.1.0"', 'version = "1.4.2"');
  edit(".gitignore", "\n", "\n/notes-of-mine.txt\n");
  edit("app/security/headers.py", '"DENY"', '"SAMEORIGIN"');
  edit(
    "tests/security/test_headers.py",
    '"x-frame-options": "DENY"',
    '"x-frame-options": "SAMEORIGIN"',
  );
  edit(
    "tests/test_docs.py",
    '["x-frame-options"] == "DENY"',
    '["x-frame-options"] == "SAMEORIGIN"',
  );
  edit(".env.example", "# Every setting.", "# Every setting of ours.");
  edit("app/notes/schemas.py", "\n\n\nclass ", "\n\n# Notes are short here.\n\n\nclass ");
  edit("AGENTS.md", "\n## ", "\n## Our house\n\nAsk before you merge.\n\n## ");
  mkdirSync(join(folder, "tools"));
  writeFileSync(join(folder, "tools/hello.py"), 'print("hello")  # noqa: INP001, T201\n');
  rmSync(join(folder, "docs/threat-model.md"));
  rmSync(join(folder, ".editorconfig"));
  commit(folder, "Make it ours");

  // A formatter of the team's own: what fits into a line goes there.
  await shell("ruff format --quiet --config 'format.skip-magic-trailing-comma = true'");
  await shell(TIDY);
  commit(folder, "Format all");
};

const selections: readonly Selection[] = [
  { orm: "sqlalchemy", database: "postgresql", auth: "jwt" },
  { orm: "tortoise", database: "sqlite", auth: "session" },
  { orm: "sqlalchemy", database: "sqlite", auth: "opaque", telemetry: ["prometheus"] },
];

test.concurrent.each(selections)(
  "a project that a team has lived in is updated: $orm, $database, $auth",
  async (selection) => {
    const missing = (await missingPython()) ?? (await missingServer(selection));
    if (missing !== undefined) throw new Error(missing);
    const [then, now] = [made(versions.then, selection), made(versions.now, selection)];
    const project = makeProject(selection);
    const { folder } = project;
    const environment = environments.borrow();
    const uv = (await findUv()) ?? "uv";
    let real: Awaited<ReturnType<typeof openDatabase>> | undefined;
    const variables: Record<string, string> = {
      ADMIN_PASSWORD: randomBytes(18).toString("base64url"),
      PATH: [join(environment, "bin"), dirname(uv), process.env.PATH].join(delimiter),
      UV_PROJECT_ENVIRONMENT: environment,
      UV_NO_SYNC: "1",
    };
    const shell: Shell = (text) => project.run("sh", ["-ec", text], { variables });
    const service = (...words: string[]) => project.run(...app(project, ...words), { variables });
    try {
      rmSync(folder, { recursive: true });
      const record = recordFile(projectRecord(THEN, then.options, then.project));
      for (const file of [...then.project.files, record]) {
        mkdirSync(dirname(join(folder, file.path)), { recursive: true });
        writeFileSync(join(folder, file.path), file.content);
      }
      symlinkSync(environment, join(folder, ".venv"));
      await project.run(uv, ["sync", "--quiet"], {
        variables: { UV_PROJECT_ENVIRONMENT: environment },
      });
      real = await openDatabase(project);
      variables.DATABASE_URL = real.url;
      git(folder, "init", "--quiet");
      writeFileSync(join(folder, ".git/info/exclude"), ".venv\n");
      commit(folder, "Create my-api");
      await work(folder, shell);
      await service("create-admin", "--email", "ada@example.com");
      const insert =
        "INSERT INTO projects (id, owner_id, name, created_at) SELECT id, id, 'Apollo', created_at FROM users";
      await project.run(join(environment, "bin/python"), [script, "run", real.url, insert]);
      const team = filesIn(folder);
      const before = everything(folder);

      const first = await update(folder, now);
      expect([...first.conflicts.keys()]).toEqual([]);
      await carryOut(first);
      first.store.remove();
      const updated = everything(folder);
      await undoChanges(await openRepository(folder, "my-api"), "my-api");
      expect(everything(folder)).toEqual(before);

      const again = await update(folder, now);
      await carryOut(again);
      again.store.remove();
      expect(everything(folder)).toEqual(updated);
      commit(folder, "Update");
      const nothing = await update(folder, now);
      nothing.store.remove();
      expect(nothing.staged).toEqual([]);

      const [base, ours, result] = [textsOf(then), textsOf(now), filesIn(folder)];
      const teamPlaces = new Map([["app/security_txt.py", "app/security/security_txt.py"]]);
      const isRecord = (path: string) => path === ".yo-rc.json";
      expect(
        lost(base, team, result, (path) =>
          isRecord(path) ? undefined : (teamPlaces.get(path) ?? path),
        ),
      ).toEqual([]);
      const ourPlaces = new Map<string, string | undefined>([
        RENAMED,
        ["docs/threat-model.md", undefined],
        [".editorconfig", undefined],
        ...(again.record.placed === undefined ? [] : Object.entries(again.record.placed)),
      ]);
      const arrived = lost(base, ours, result, (path) =>
        /^\.(env|secrets\/.*)$/.test(path)
          ? undefined
          : ourPlaces.has(path)
            ? ourPlaces.get(path)
            : path,
      );
      // A migration that is placed names those that are before it.
      expect(arrived.filter((line) => !/dependencies = /.test(line))).toEqual([]);
      expect(returned(base, team, ours, result)).toEqual([]);
      for (const path of [
        "docs/legacy.md",
        "app/security_txt.py",
        "docs/threat-model.md",
        RENAMED[0],
      ]) {
        expect([path, result.has(path)]).toEqual([path, false]);
      }

      await service("migrate");
      for (const table of ["users", "projects"]) {
        const count = `SELECT count(*) FROM ${table}`;
        const words = [script, "run", real.url, count];
        expect(await project.run(join(environment, "bin/python"), words)).toBe("[1]");
      }
      for (const check of Object.values(codeChecks)) await check(project);
      const servers = selection.database === "sqlite" ? {} : serverTests(selection);
      await runTests(project, servers, "--numprocesses=0");
    } finally {
      await real?.remove();
      environments.giveBack(environment);
      project.remove();
    }
  },
);

const serverTests = (selection: Selection) =>
  Object.fromEntries(serversOf(selection).map(({ variable, url }) => [variable, url]));
