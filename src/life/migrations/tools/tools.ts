import type { MigrationTool } from "../migration.ts";
import { alembic } from "./alembic.ts";
import { drizzle } from "./drizzle.ts";
import { mikroOrm } from "./mikro-orm.ts";
import { tortoise } from "./tortoise.ts";

const tools: Readonly<Record<string, MigrationTool>> = {
  alembic,
  drizzle,
  mikroorm: mikroOrm,
  tortoise,
};

/** The reader of the migrations that a layer names. */
export const migrationTool = (name: string): MigrationTool => {
  const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
  if (tool === undefined) throw new Error(`there is no reader for the migrations of '${name}'`);
  return tool;
};
