/** A migration failed: its name, and as `cause` what the database said. */
export class MigrationFailed extends Error {
  constructor(name: string, cause: unknown) {
    super(name, { cause });
  }
}
