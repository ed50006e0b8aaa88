/** The current time; tests set it. */

/** Returns the current time. */
export const now = (): Date => new Date();
