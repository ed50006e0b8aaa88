/** The order in which a new project is set up. */
export const phases = [
  "configure",
  "check",
  "database",
  "schema",
  "admin",
  "serve",
  "workers",
] as const;
