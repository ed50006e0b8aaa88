/** Values in rows that no entity is made of: a driver may have no types for times and flags. */

export const moment = (stored: Date): Date => new Date(stored);

export const momentOrNull = (stored: Date | null): Date | null =>
  stored === null ? null : new Date(stored);

export const flag = (stored: boolean): boolean => Boolean(stored);
