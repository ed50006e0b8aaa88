import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Selection } from "../../src/options/types.ts";
import { blocksIn, shownIn } from "../fixtures/guidance.ts";
import { python, withMypyCache } from "./fastapi.ts";
import { evaluated, narrow } from "./fastify.ts";
import { harnessOf } from "./harness.ts";
import { makeProject, type Project, type Variables } from "./project.ts";

/** What the document of a stack is read and followed with. */
type Reader = {
  readonly selections: readonly Selection[];
  /** Parses each text inside a function, where `await` and `return` may stand. */
  readonly parse: (project: Project, codes: readonly string[]) => Promise<unknown>;
  /** How a command in a sentence begins. */
  readonly inline: RegExp;
  /** Has the command that runs all tests run few: the whole suite runs in the covering set. */
  readonly narrow: (project: Project) => Variables;
  /** Runs something while nobody else uses what it writes. */
  readonly alone: <Found>(
    command: string,
    run: (variables: Variables) => Promise<Found>,
  ) => Promise<Found>;
};

const PARSE_PYTHON = `
import ast, json, sys, textwrap
for code in json.loads(sys.argv[1]):
    ast.parse("async def _():\\n" + textwrap.indent(code, "    "))
`;

const PARSE_TYPESCRIPT =
  "import { stripTypeScriptTypes } from 'node:module';" +
  "for (const code of JSON.parse(process.argv[1]))" +
  "  stripTypeScriptTypes('async function _() {' + code + '}');";

const readers: Readonly<Record<string, Reader>> = {
  fastapi: {
    selections: [
      { orm: "sqlalchemy", auth: "jwt" },
      { orm: "tortoise", auth: "session" },
    ],
    parse: (project, codes) => python(project, PARSE_PYTHON, JSON.stringify(codes)),
    inline: /`((?:uv run|python -m) [^`]+)`/g,
    narrow: () => ({
      PYTEST_ADDOPTS: "--cov-fail-under=0 --numprocesses=0 tests/security/test_hosts.py",
    }),
    alone: (command, run) =>
      /\bmypy\b/.test(command)
        ? withMypyCache((folder) => run({ MYPY_CACHE_DIR: folder }))
        : run({}),
  },
  fastify: {
    selections: [
      { orm: "drizzle", auth: "jwt" },
      { orm: "mikro-orm", auth: "session" },
    ],
    parse: (project, codes) => {
      // An ellipsis stands for any statement, and nothing is exported from a function.
      const plain = codes.map((code) => code.replaceAll("…", "{}").replace(/^export /gm, ""));
      return evaluated(project, PARSE_TYPESCRIPT, JSON.stringify(plain));
    },
    inline: /`(npm run [^`]+ -- [^`]+)`/g,
    narrow: (project) => {
      narrow(project, "security/hosts");
      return {};
    },
    alone: (_, run) => run({}),
  },
};

describe.each(Object.entries(readers))("%s", (stack, reader) => {
  const harness = harnessOf({ stack });

  test.concurrent.each(reader.selections)(
    "AGENTS.md of $orm, $auth: its commands run, its code is code",
    async (selection) => {
      const missing = await harness.missing();
      if (missing !== undefined) throw new Error(missing);
      const project = makeProject({ stack, ...selection });
      const lent = await harness.borrow(project);
      const variables = { ...lent, ...reader.narrow(project) };
      try {
        const text = readFileSync(join(project.folder, "AGENTS.md"), "utf8");
        const bad = shownIn(text).flatMap(({ kind, lines }) =>
          kind === "Bad" ? [lines.join("\n")] : [],
        );
        expect(bad.length).toBeGreaterThan(7);
        await reader.parse(project, bad);
        await expect(reader.parse(project, [`${bad[0]} )`])).rejects.toThrow();
        const commands = blocksIn(text, "sh").join("\n").split("\n");
        expect(commands.length).toBeGreaterThan(3);
        const inline = [...text.matchAll(reader.inline)].map(([, line]) => line);
        expect(commands).toEqual(expect.arrayContaining(inline));
        for (const command of commands) {
          await reader.alone(command, (more) =>
            project.run("sh", ["-ec", command], {
              variables: { ...variables, ...more },
              minutes: 12,
            }),
          );
        }
      } finally {
        project.remove();
      }
    },
  );
});
