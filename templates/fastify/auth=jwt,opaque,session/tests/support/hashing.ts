/** Hashes of passwords as an earlier version stored them, and at a cost that tests can bear. */

import { COST, HASHER } from "../../src/auth/password-hasher.ts";
import { USUAL_COST, WEAKER_COST } from "./costs.ts";

const PRODUCTION_COST = { ...COST };
Object.assign(COST, USUAL_COST);

/** Hashes at the cost of production. */
export const hashAsInProduction = (password: string): Promise<string> =>
  hashAt(PRODUCTION_COST, password);

/** Hashes the way an earlier version did. */
export const hashWeaker = (password: string): Promise<string> => hashAt(WEAKER_COST, password);

const hashAt = (cost: typeof COST, password: string): Promise<string> => {
  Object.assign(COST, cost);
  // The cost is read before the hash is waited for.
  const hash = HASHER.hash(password);
  Object.assign(COST, USUAL_COST);
  return hash;
};
