import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { change } from "../../src/commands/change.ts";
import { check } from "../../src/commands/check.ts";
import type { Surroundings } from "../../src/commands/surroundings.ts";
import { catalogue } from "../../src/options/catalogue.ts";
import { parseCommand } from "../../src/options/command-flags.ts";
import { projectCommandOf } from "../../src/options/commands.ts";
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
import { createTerminal } from "../../src/system/terminal.ts";
import { lost, returned, type Texts } from "./account.ts";
import { type Desk, deskOf } from "./desk.ts";
import { type Harness, harnessOf } from "./harness.ts";
import { fastapi } from "./life/fastapi.ts";
import { fastify } from "./life/fastify.ts";
import type { Life } from "./life/life.ts";
import { OLD, twoVersions } from "./life/versions.ts";
import { makeProject } from "./project.ts";
import { missingServer, onDatabase, openDatabase, serversOf } from "./servers.ts";

const THEN = "0.2.0";
const NOW = "0.3.0";
const lives: Readonly<Record<string, Life>> = { fastapi, fastify };

/** What a version makes of a selection. */
const made = (root: string, selection: Selection) => {
  const options = parseAnswers(selection);
  const { layers, pins } = readStack(String(options.selection.stack), catalogue, root);
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

/** Writes a project as a version has made it, in place of what is there. */
const write = (folder: string, { options, project }: Made): void => {
  for (const entry of readdirSync(folder)) rmSync(join(folder, entry), { recursive: true });
  for (const file of [...project.files, recordFile(projectRecord(THEN, options, project))]) {
    mkdirSync(dirname(join(folder, file.path)), { recursive: true });
    writeFileSync(join(folder, file.path), file.content);
  }
};

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

const undo = async (folder: string) =>
  undoChanges(await openRepository(folder, "my-api"), "my-api");

/** Runs a command of the newer version. Returns what it said, as JSON. */
const command = async (root: string, name: "change" | "check", ...words: readonly string[]) => {
  const parsed = projectCommandOf(name);
  if (parsed === undefined) throw new Error(`there is no command ${name}`);
  const lines: string[] = [];
  const listener = { write: (text: string) => lines.push(text) };
  const surroundings: Surroundings = {
    root,
    version: NOW,
    terminal: createTerminal(listener as never, {}),
    errors: createTerminal({ write: () => true } as never, {}),
    onProgress: () => undefined,
  };
  const run = { change, check }[name];
  await run(parseCommand(parsed, ["--json", ...words]), surroundings);
  return JSON.parse(lines.join(""));
};

const flagsOf = (selection: Selection): readonly string[] =>
  Object.entries(selection).flatMap(([option, answer]) => [
    `--${option}`,
    Array.isArray(answer) ? answer.join(",") || "none" : String(answer),
  ]);

/** What a team does in a while; each of these touches one file or many. */
const work = async (life: Life, { addResource }: Harness, desk: Desk): Promise<void> => {
  const { folder, edit } = desk;
  await addResource(desk);
  commit(folder, "Add projects");

  const [from, to] = life.renamed;
  renameSync(join(folder, from), join(folder, to));
  await life.rename(desk);
  commit(folder, "Call a module otherwise");

  edit("README.md", "## Deployment\n", "## Who to call\n\nThe platform team.\n\n## Deployment\n");
  edit("SECURITY.md", "# Security of my-api\n", "# Security of our API\n");
  edit(".gitignore", "\n", "\n/notes-of-mine.txt\n");
  edit(".env.example", "# Every setting.", "# Every setting of ours.");
  edit("AGENTS.md", "\n## ", "\n## Our house\n\nAsk before you merge.\n\n## ");
  life.makeItTheirs(desk);
  mkdirSync(join(folder, "tools"));
  writeFileSync(join(folder, "tools/hello.sh"), "echo hello\n");
  rmSync(join(folder, "docs/threat-model.md"));
  rmSync(join(folder, ".editorconfig"));
  commit(folder, "Make it ours");

  await life.format(desk);
  commit(folder, "Format all");
};

describe.each(Object.entries(lives))("%s", (stack, life) => {
  const versions = twoVersions(stack, life.newer);
  afterAll(() => versions.remove(), 60_000);
  const [movedFrom, movedTo] = life.newer.moved;

  test.concurrent.each(
    life.selections.map(({ selection, ...more }) => ({ ...more, selection, ...selection })),
  )(
    "a project that a team has lived in is updated: $orm, $database, $auth",
    async ({ selection, change: chosen }) => {
      const harness = harnessOf(selection);
      const missing = (await harness.missing()) ?? (await missingServer(selection));
      if (missing !== undefined) throw new Error(missing);
      const [then, now] = [made(versions.then, selection), made(versions.now, selection)];
      const project = makeProject(selection);
      const { folder } = project;
      write(folder, then);
      const lent = await harness.borrow(project);
      const own = { ...lent, ...life.variables };
      const variables: Record<string, string> = {
        ...own,
        ADMIN_PASSWORD: randomBytes(18).toString("base64url"),
      };
      const service = (...words: string[]) =>
        project.run(...harness.app(project, ...words), { variables });
      let real: Awaited<ReturnType<typeof openDatabase>> | undefined;
      try {
        real = await openDatabase(project);
        variables.DATABASE_URL = real.url;
        git(folder, "init", "--quiet");
        writeFileSync(join(folder, ".git/info/exclude"), ".venv\nnode_modules\n");
        commit(folder, "Create my-api");
        await work(life, harness, deskOf(project, variables));
        await service("create-admin", "--email", "ada@example.com");
        const insert =
          "INSERT INTO projects (id, owner_id, name, created_at) SELECT id, id, 'Apollo', created_at FROM users";
        await onDatabase(project, real.url, insert);
        const team = filesIn(folder);
        const before = everything(folder);

        const first = await update(folder, now);
        expect([...first.conflicts.keys()]).toEqual([]);
        await carryOut(first);
        first.store.remove();
        const updated = everything(folder);
        await undo(folder);
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
        const teamPlaces = new Map([[movedFrom, movedTo]]);
        const isRecord = (path: string) => path === ".yo-rc.json";
        expect(
          lost(base, team, result, (path) =>
            isRecord(path) ? undefined : (teamPlaces.get(path) ?? path),
          ),
        ).toEqual([]);
        const ourPlaces = new Map<string, string | undefined>([
          life.renamed,
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
        expect(arrived.filter((line) => !life.placed.test(line))).toEqual([]);
        expect(returned(base, team, ours, result)).toEqual([]);
        for (const path of [OLD, movedFrom, "docs/threat-model.md", life.renamed[0]]) {
          expect([path, result.has(path)]).toEqual([path, false]);
        }

        const changing = [folder, "--no-install", "--yes", ...flagsOf(chosen)];
        expect(await command(versions.now, "change", ...changing)).toMatchObject({ ok: true });
        expect(everything(folder)).not.toEqual(updated);
        await undo(folder);
        expect(everything(folder)).toEqual(updated);
        expect(await command(versions.now, "change", ...changing)).toMatchObject({ ok: true });
        commit(folder, "Change");
        const { missing: gone, weakened, outdated } = await command(versions.now, "check", folder);
        const named = (found: readonly { id: string }[]) => found.map(({ id }) => id);
        expect([named(gone), named(weakened), named(outdated)]).toEqual([
          ["missing:.editorconfig", "missing:docs/threat-model.md"],
          // The team lets its own pages frame the service.
          ["weakened:headers"],
          [],
        ]);

        await harness.install(project);
        await service("migrate");
        for (const table of ["users", "projects"]) {
          const count = `SELECT count(*) FROM ${table}`;
          expect(await onDatabase(project, real.url, count)).toBe("1");
        }
        for (const judge of Object.values(harness.codeChecks)) await judge(project);
        await life.runTests(project, { ...own, ...serverTests(selection) });
      } finally {
        await real?.remove();
        project.remove();
      }
    },
  );
});

const serverTests = (selection: Selection) =>
  Object.fromEntries(serversOf(selection).map(({ variable, url }) => [variable, url]));
