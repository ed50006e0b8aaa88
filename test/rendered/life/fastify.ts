import { runFiles } from "../fastify.ts";
import type { Life } from "./life.ts";
import type { Newer } from "./versions.ts";

const FIX = "// Ends a fault of security.";
const ACCOUNTS = "auth=jwt,opaque,session";
const NEWEST = "migrations/20261101000003_credentials";
const TIMES = "migrations/20261101000004_times";
const INDEX = "users_created_at_index";

/** The state of the tables as Drizzle Kit writes it, with an index on when accounts were made. */
const drizzleState = (before: string): string => {
  const state = JSON.parse(before);
  const role = state.ddl.findIndex(({ name }: { name: string }) => name === "users_role_index");
  const index = {
    ...state.ddl[role],
    name: INDEX,
    columns: [{ value: "created_at", isExpression: false }],
  };
  const ddl = state.ddl.toSpliced(role + 1, 0, index);
  const id = "5f3c2f3e-0d0b-4c57-9d1e-6a3f6c0b7a11";
  return `${JSON.stringify({ ...state, id, prevIds: [state.id], ddl }, null, 2)}\n`;
};

/** The same as MikroORM writes it. */
const mikroOrmState = (before: string): string => {
  const state = JSON.parse(before);
  const users = state.tables.find(({ name }: { name: string }) => name === "users");
  const index = users.indexes.find(
    ({ keyName }: { keyName: string }) => keyName === "users_role_index",
  );
  users.indexes.unshift({ ...index, columnNames: ["created_at"], keyName: INDEX });
  return `${JSON.stringify(state, null, 2)}\n`;
};

const newer: Newer = {
  added: (read) => {
    const drizzle = `orm=drizzle+${ACCOUNTS}+database=sqlite`;
    const mikroOrm = `orm=mikro-orm+${ACCOUNTS}+database=postgresql`;
    return {
      "base/src/security/lives.ts":
        '/** How many lives a client has. */\n\nimport type { Settings } from "../settings/index.ts";\n\nexport const lives = ({ lifeTimes }: Settings): number => lifeTimes;\n',
      "base/tests/security/lives.test.ts":
        'import assert from "node:assert/strict";\nimport { test } from "node:test";\nimport { lives } from "../../src/security/lives.ts";\nimport { startService } from "../support/service.ts";\n\ntest("a client has lives", async (t) => {\n  const { app } = await startService(t);\n  assert.equal(lives(app.resources.settings), 9);\n});\n',
      [`${drizzle}/${TIMES}/migration.sql`]: `CREATE INDEX \`${INDEX}\` ON \`users\` (\`created_at\`);\n`,
      [`${drizzle}/${TIMES}/snapshot.json`]: drizzleState(
        read(`${drizzle}/${NEWEST}/snapshot.json`),
      ),
      [`${mikroOrm}/${TIMES}/migration.sql`]: `create index "${INDEX}" on "users" ("created_at");\n`,
      [`${mikroOrm}/${TIMES}/snapshot.json`]: mikroOrmState(
        read(`${mikroOrm}/${NEWEST}/snapshot.json`),
      ),
    };
  },
  edits: [
    // Fixes.
    [
      "base/src/security/headers.ts",
      '  ["referrer-policy", "no-referrer"],\n',
      '  ["referrer-policy", "no-referrer"],\n  ["x-permitted-cross-domain-policies", "none"],\n',
    ],
    [
      "base/tests/security/headers.test.ts",
      '  "referrer-policy": "no-referrer",\n',
      '  "referrer-policy": "no-referrer",\n  "x-permitted-cross-domain-policies": "none",\n',
    ],
    [
      "base/src/security/headers.ts",
      '  environment === "production" && !plain ?',
      `  ${FIX}\n  environment === "production" && !plain ?`,
    ],
    [
      "base/src/pagination.ts",
      "const MAX_CURSOR_LENGTH = 64;\n",
      `${FIX}\nconst MAX_CURSOR_LENGTH = 64;\n`,
    ],
    // A change of the schema.
    [
      "orm=drizzle/src/users/table.ts",
      '(row) => [index("users_role_index").on(row.role)],',
      `(row) => [\n    index("users_role_index").on(row.role),\n    index("${INDEX}").on(row.createdAt),\n  ],`,
    ],
    ["orm=mikro-orm/src/users/table.ts", "createdAt: moment(),", "createdAt: moment().index(),"],
    // The file that moves.
    ["base/src/app.ts.ejs", '"/src/security/security-txt.ts"', '"/src/reports/security-txt.ts"'],
  ],
  moved: ["src/security/security-txt.ts", "src/reports/security-txt.ts"],
};

const TIDY = "node_modules/.bin/biome check --write --log-level=error";

/** The tests of what the team, the update and the change have made. */
const TOUCHED = [
  "api",
  "database/migrations",
  "pagination",
  "security/headers",
  "security/lives",
  "security/security-txt",
].map((name) => `tests/${name}.test.ts`);

/** What a team does with services of TypeScript on Fastify. */
export const fastify: Life = {
  selections: [
    {
      selection: { orm: "drizzle", database: "sqlite", auth: "jwt" },
      change: { "password-hash": "bcrypt" },
    },
    {
      selection: { orm: "mikro-orm", database: "postgresql", auth: "session" },
      change: { container: "none" },
    },
  ].map(({ selection, change }) => ({ selection: { stack: "fastify", ...selection }, change })),
  newer,
  variables: {},
  renamed: ["src/pagination.ts", "src/paging.ts"],
  rename: async ({ shell }) => {
    await shell(
      "grep -rl '/pagination\\.ts' src tests | xargs sed -i 's,/pagination\\.ts,/paging.ts,'",
    );
    await shell(TIDY);
  },
  makeItTheirs: ({ edit }) => {
    edit("package.json", '"version": "0.1.0"', '"version": "1.4.2"');
    edit("src/security/headers.ts", '"DENY"', '"SAMEORIGIN"');
    edit(
      "tests/security/headers.test.ts",
      '"x-frame-options": "DENY"',
      '"x-frame-options": "SAMEORIGIN"',
    );
    edit("src/notes/schemas.ts", "\n\nconst ", "\n\n// Notes are short here.\nconst ");
  },
  // What fits into a line goes there.
  format: async ({ shell }) => {
    await shell("node_modules/.bin/biome format --write --expand=never --log-level=error");
    await shell(TIDY);
  },
  // The state of the tables that is placed names the one before it.
  placed: /snapshot\.json: +"[\da-f-]{36}"$/,
  runTests: async (project, variables) => runFiles(project, variables, TOUCHED),
};
