/** Passwords are stored as bcrypt hashes (OWASP Password Storage Cheat Sheet). */

import { compare, hash as derive, getRounds } from "bcrypt";

export const MAX_PASSWORD_BYTES = 72;
export const COST = { rounds: 12 };
const FORM = /^\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;

/** bcrypt, for which a password of more than 72 bytes is wrong, and none is shortened. */
export const HASHER = {
  hash: async (password: string): Promise<string> => {
    if (!fits(password)) {
      throw new Error("bcrypt would shorten this password");
    }
    return derive(password, COST.rounds);
  },

  /** Compares; a password that is too long takes as long as any other wrong one. */
  async verify(password: string, hash: string): Promise<boolean> {
    const matches = await compare(fits(password) ? password : "", hash);
    return matches && fits(password);
  },

  reads: (hash: string): boolean => FORM.test(hash),

  /** Returns whether a hash has the parameters of new ones. */
  isCurrent: (hash: string): boolean => hash.startsWith("$2b$") && getRounds(hash) === COST.rounds,
};

const fits = (password: string): boolean => Buffer.byteLength(password) <= MAX_PASSWORD_BYTES;
