/** Costs of a hash that tests can bear. */

// Most tests sign in, and would wait longest for the hash at the cost of production.
export const USUAL_COST = { memory: 16, passes: 1, parallelism: 1 };
export const WEAKER_COST = { memory: 8, passes: 1, parallelism: 1 };
