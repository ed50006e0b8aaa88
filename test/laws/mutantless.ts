/** Controls whose mutants are still to be written. */
export const MUTANTLESS: readonly string[] = [];
