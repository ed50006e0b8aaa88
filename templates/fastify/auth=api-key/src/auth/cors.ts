/** What authentication needs from CORS: a header that scripts set. */

export const ALLOW_CREDENTIALS = false;
export const REQUEST_HEADERS: readonly string[] = ["X-API-Key"];
