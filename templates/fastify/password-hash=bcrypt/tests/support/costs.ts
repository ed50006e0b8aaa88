/** Costs of a hash that tests can bear. */

// Most tests sign in, and each hash takes a third of a second at the cost of production.
export const USUAL_COST = { rounds: 5 };
export const WEAKER_COST = { rounds: 4 };
