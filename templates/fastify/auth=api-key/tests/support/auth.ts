/** Settings that authentication needs. */

export const ENVIRONMENT: Readonly<Record<string, string>> = {};
/** The same in production. */
export const PRODUCTION: Readonly<Record<string, string>> = {};
