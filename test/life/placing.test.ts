import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { prepared } from "./engine.ts";
import {
  commit,
  makeProject,
  read,
  snapshot,
  undo,
  update,
  useProjects,
  writeAll,
} from "./project.ts";

useProjects();

const folder = "migrations/versions";
const migrations = { tool: "alembic", folder };
const revision = (id: string, parent: string): string =>
  `"""Tables."""\n\nrevision = "${id}"\ndown_revision = ${parent}\n`;
const at = (name: string) => `${folder}/${name}.py`;

const first = { "README.md": "read\n", [at("0001_a")]: revision("0001", "None") };
const second = { ...first, [at("0002_b")]: revision("0002", '"0001"') };
const third = { ...second, [at("0003_c")]: revision("0003", '"0002"') };
const [v2, v3] = [
  { version: "0.2.0", migrations },
  { version: "0.3.0", migrations },
];
const namesIn = (project: string) =>
  readdirSync(join(project, folder))
    .map((name) => name.replace(/^[0-9a-f]{12}_/, "x_"))
    .sort();

test("migrations of two versions go behind the team's, each once", async () => {
  const project = makeProject(first);
  writeAll(project, { [at("0002_team")]: revision("0002", '"0001"') });
  commit(project);
  const before = snapshot(project);
  const { migrations: added, store } = await prepared(project, second, v2);
  store.remove();
  expect(added).toEqual([at("0003_b"), expect.stringMatching(/_merge\.py$/)]);

  await update(project, second, v2);
  expect(namesIn(project)).toEqual(["0001_a.py", "0002_team.py", "0003_b.py", "x_merge.py"]);
  expect(read(project, at("0003_b"))).toBe(revision("0003", '"0001"'));
  expect(JSON.parse(read(project, ".yo-rc.json"))["create-secure-api"].placed).toEqual({
    [at("0002_b")]: at("0003_b"),
  });
  await undo(project);
  expect(snapshot(project)).toEqual(before);

  await update(project, second, v2);
  commit(project);
  expect(await update(project, second, v2)).toEqual({});
  await update(project, third, v3);
  commit(project);
  expect(namesIn(project)).toEqual([
    ...["0001_a.py", "0002_team.py", "0003_b.py", "0004_c.py", "x_merge.py", "x_merge.py"],
  ]);
  expect(read(project, at("0004_c"))).toBe(revision("0004", '"0003"'));
  expect(await update(project, third, v3)).toEqual({});
});

test("a project without migrations of its own gets what would be rendered", async () => {
  const project = makeProject(first);
  expect(await update(project, third, v2)).toEqual({
    [at("0002_b")]: "added",
    [at("0003_c")]: "added",
  });
  expect(read(project, ".yo-rc.json")).not.toContain("placed");
  expect(namesIn(project)).toEqual(["0001_a.py", "0002_b.py", "0003_c.py"]);
});
