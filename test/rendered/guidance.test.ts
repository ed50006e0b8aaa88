import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { findUv } from "../../scripts/uv.ts";
import { blocksIn, shownIn } from "../fixtures/guidance.ts";
import { install, missingPython, python, withMypyCache } from "./fastapi.ts";
import { makeProject, type Variables } from "./project.ts";

/** Parses text inside a function, where `await` and `return` may stand. */
const PARSE = `
import ast, json, sys, textwrap
for code in json.loads(sys.argv[1]):
    ast.parse("async def _():\\n" + textwrap.indent(code, "    "))
`;

test.concurrent.each([
  { orm: "sqlalchemy", auth: "jwt" },
  { orm: "tortoise", auth: "session" },
])("AGENTS.md of $orm, $auth: its commands run, its code is code", async (selection) => {
  const missing = await missingPython();
  if (missing !== undefined) throw new Error(missing);
  const project = makeProject(selection);
  const variables = {
    PATH: [dirname((await findUv()) ?? ""), process.env.PATH].join(delimiter),
    // The whole suite runs in the covering set.
    PYTEST_ADDOPTS: "--cov-fail-under=0 --numprocesses=0 tests/security/test_hosts.py",
  };
  try {
    await install(project);
    const text = readFileSync(join(project.folder, "AGENTS.md"), "utf8");
    const bad = shownIn(text).flatMap(({ kind, lines }) =>
      kind === "Bad" ? [lines.join("\n")] : [],
    );
    expect(bad.length).toBeGreaterThan(7);
    await python(project, PARSE, JSON.stringify(bad));
    const commands = blocksIn(text, "sh").join("\n").split("\n");
    expect(commands.length).toBeGreaterThan(4);
    const inline = [...text.matchAll(/`((?:uv run|python -m) [^`]+)`/g)].map(([, line]) => line);
    expect(commands).toEqual(expect.arrayContaining(inline));
    for (const command of commands) {
      const run = (more: Variables) =>
        project.run("sh", ["-ec", command], { variables: { ...variables, ...more }, minutes: 12 });
      await (/\bmypy\b/.test(command)
        ? withMypyCache((folder) => run({ MYPY_CACHE_DIR: folder }))
        : run({}));
    }
  } finally {
    project.remove();
  }
});
