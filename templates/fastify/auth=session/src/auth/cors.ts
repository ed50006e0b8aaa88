/** What authentication needs from CORS: the cookie and the CSRF token. */

export const ALLOW_CREDENTIALS = true;
export const REQUEST_HEADERS: readonly string[] = ["X-CSRF-Token"];
