// `npx drizzle-kit generate` writes the migration to what src/database/tables.ts declares.
export default {
  dialect: "mysql",
  schema: "./src/database/tables.ts",
  out: "./migrations",
};
