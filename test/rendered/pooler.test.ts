import { afterAll, expect, test } from "vitest";
import { app, install, migrate } from "./fastapi.ts";
import { expectStatus } from "./http.ts";
import { leftOut } from "./left-out.ts";
import { findPgBouncer, startPgBouncer } from "./pgbouncer.ts";
import { makeProject } from "./project.ts";
import { onPostgresql, serversOf } from "./servers.ts";
import { startService } from "./service.ts";
import { signIns } from "./sign-in/index.ts";
import { walk } from "./walk.ts";

const SELECTIONS = ["sqlalchemy", "tortoise"].map(
  (orm) => ({ orm, database: "postgresql", state: "memory", auth: "jwt" }) as const,
);
/** Many more than PgBouncer has connections to lend. */
const CLIENTS = 20;
const NOTES_OF_EACH = 10;

const cleanUps: (() => unknown)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
}, 60_000);

const ADVISORY_LOCKS =
  "SELECT count(*) FROM pg_locks JOIN pg_database ON database = pg_database.oid " +
  "WHERE locktype = 'advisory' AND datname = current_database()";

for (const selection of SELECTIONS) {
  test.concurrent(`PgBouncer lends connections for a transaction: ${selection.orm}`, async ({
    skip,
  }) => {
    const program = findPgBouncer();
    const reason = await leftOut(selection, "pgbouncer", program, "pooler");
    if (program === undefined || reason !== undefined) {
      skip(reason);
      return;
    }
    const project = makeProject(selection);
    cleanUps.push(project.remove);
    await install(project);
    const [server] = serversOf(project.selection);
    const place = await server?.open(project);
    const { DATABASE_URL: direct = "" } = place?.service ?? {};
    cleanUps.push(() => place?.remove());
    const pgbouncer = await startPgBouncer(program, project, direct);
    cleanUps.push(() => pgbouncer.stop());

    const settings = { DATABASE_URL: pgbouncer.url, DATABASE_POOLER: "transaction" };
    const through = { ...settings, MIGRATION_DATABASE_URL: pgbouncer.url };
    await expect(project.run(...app(project, "migrate"), { variables: settings })).rejects.toThrow(
      "MIGRATION_DATABASE_URL: is required to migrate",
    );
    // Whoever takes the wrong way all the same leaves no lock to the next one.
    await migrate(project, through);
    expect(await onPostgresql(project, direct, ADVISORY_LOCKS)).toBe("0");
    await migrate(project, { ...settings, MIGRATION_DATABASE_URL: direct });

    const signIn = await signIns[selection.auth]?.(project);
    if (signIn === undefined) throw new Error(`no sign-in for auth=${selection.auth}`);
    cleanUps.push(() => signIn.close());
    const variables = { ...settings, ...signIn.settings, RATE_LIMIT_ENABLED: "false" };
    const service = await startService(project, variables);
    cleanUps.push(() => service.stop());
    const callers = await signIn.callers(service);
    await walk(service, callers);

    const add = async (_: unknown, client: number) => {
      for (const number of Array.from({ length: NOTES_OF_EACH }).keys()) {
        const title = `${client}-${number}`;
        const { id } = expectStatus(await callers.user("POST", "/api/v1/notes", { title }), 201);
        const path = `/api/v1/notes/${id}`;
        expect(expectStatus(await callers.user("GET", path), 200).title).toBe(title);
        expectStatus(await callers.user("GET", `/api/v1/notes?limit=${number + 1}`), 200);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, add));
    const { items } = expectStatus(await callers.user("GET", "/api/v1/notes?limit=100"), 200);
    expect(items).toHaveLength(100);
    expect(service.output()).not.toMatch(/"status": 5|"level": "(?:error|critical)"/);
    expect(await service.stop()).toBe(0);
  });
}
