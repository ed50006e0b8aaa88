/** Settings that authentication needs. */

export const ENVIRONMENT: Readonly<Record<string, string>> = { RATE_LIMIT_AUTH: "10000/minute" };
/** The same in production. */
export const PRODUCTION: Readonly<Record<string, string>> = {};
