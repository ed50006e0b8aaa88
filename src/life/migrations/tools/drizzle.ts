import type { Migration, MigrationTool, Places, Sides } from "../migration.ts";

const FILE = /^(?:.*\/)?(\d+_[\w-]+)\/migration\.sql$/;

const read = (path: string, text: string): Migration | undefined => {
  const [, id] = FILE.exec(path) ?? [];
  return id === undefined ? undefined : { path, text, id, parents: [] };
};

/** Leaves migrations as they are: each is applied that a database does not have yet. */
const place = ({ added }: Sides): Places => ({ placed: added });

/** Drizzle Kit: a folder with SQL for each migration, in the order of their names. */
export const drizzle: MigrationTool = { depth: 2, read, place };
