/** The time that the service stores and compares. */

/** Returns the current time. */
export const now = (): Date => new Date();
