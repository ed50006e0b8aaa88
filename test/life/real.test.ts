import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { projectRecord, recordedFiles, recordFile } from "../../src/project/record.ts";
import type { RenderedFile } from "../../src/render/types.ts";
import { readRecord } from "../../src/system/records.ts";
import { renderProject } from "../../src/system/rendering.ts";
import { carryOut, prepare } from "../../src/system/renewal/update-project.ts";
import { options } from "./engine.ts";
import { commit, desk, git, read, snapshot, undo, useProjects } from "./project.ts";

// Each starts many programs.
vi.setConfig({ testTimeout: 120_000 });

useProjects();

/** The default project of today, and one of a version of which every file is another. */
let then: readonly RenderedFile[];
let now: readonly RenderedFile[];

beforeAll(async () => {
  const { project } = await renderProject(options, {});
  then = recordedFiles(project.files);
  now = then
    .filter((_, index) => index % 17 !== 3)
    .map((file, index) => {
      const text = Buffer.from(file.content).toString("utf8");
      const path = index % 23 === 5 ? posix.join(dirname(file.path), `moved_${index}`) : file.path;
      return { ...file, path, content: Buffer.from(`${text}# ${file.path} has a new end.\n`) };
    });
});

const write = (folder: string, version: string, files: readonly RenderedFile[]): void => {
  const record = recordFile(projectRecord(version, options, { files }));
  for (const { path, content } of [...files, record]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
};

const project = (): string => {
  const folder = join(desk, "my-api");
  write(folder, "0.2.0", then);
  git(folder, "init", "--quiet");
  commit(folder);
  return folder;
};

const updated = async (folder: string) => {
  const prepared = await prepare({
    folder,
    shown: "my-api",
    found: readRecord(folder, "my-api", "0.3.0"),
    now: { version: "0.3.0", options, files: now },
    sources: [],
    labels: { base: "then", now: "now" },
    title: "update",
  });
  await carryOut(prepared);
  prepared.store.remove();
  return prepared;
};

test("a real project that nobody has edited becomes what a fresh one is, byte for byte", async () => {
  const folder = project();
  const before = snapshot(folder);
  const { files } = await updated(folder);
  const fresh = join(desk, "fresh");
  write(fresh, "0.3.0", now);
  expect(snapshot(folder)).toEqual(snapshot(fresh));
  expect(files.filter(({ state }) => state === "conflict")).toEqual([]);
  await undo(folder);
  expect(snapshot(folder)).toEqual(before);
});

test("a line at the top of each file stays, and ours arrives", async () => {
  const folder = project();
  const isText = ({ content }: RenderedFile) => content.byteLength > 40;
  for (const { path } of then.filter(isText)) {
    writeFileSync(join(folder, path), `# Mine: ${path}\n${read(folder, path)}`);
  }
  commit(folder);
  const { files } = await updated(folder);
  const merged = files.filter(({ state }) => state === "merged" || state === "moved");
  expect(merged.length).toBeGreaterThan(100);
  for (const { path, from = path } of merged) {
    expect(read(folder, path).split("\n")[0]).toBe(`# Mine: ${from}`);
    expect(read(folder, path)).toContain(`# ${from} has a new end.\n`);
  }
  const conflicts = files.filter(({ state, why }) => state === "conflict" && why === undefined);
  for (const { path } of conflicts) expect(read(folder, path)).toContain("# Mine: ");
});
