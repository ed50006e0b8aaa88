/**
 * Errors of the OAuth endpoints, as its clients read them (RFC 6749, 5.2).
 *
 * Clients take any JSON without `error` for a token, whatever the status. So every error has these
 * members beside those of a problem document.
 */

import { BadRequest, type ProblemContent, type ProblemShape, phraseOf } from "../errors.ts";
import type { RequestContext } from "../security/request-context.ts";

const TAKE_FORMS: ReadonlySet<string> = new Set(["/api/v1/auth/token", "/api/v1/auth/revoke"]);
export const ENDPOINTS: ReadonlySet<string> = new Set([...TAKE_FORMS, "/api/v1/auth/refresh"]);
const CODES: Readonly<Record<number, string>> = {
  401: "invalid_grant",
  429: "temporarily_unavailable",
  500: "server_error",
  503: "temporarily_unavailable",
};

/** Returns the code of an error that has none of its own. */
export const errorCodeOf = (status: number): string => CODES[status] ?? "invalid_request";

/** An error with its own code in RFC 6749. */
export class OAuthError extends BadRequest {
  readonly #error: string;

  constructor(error: string, detail: string) {
    super(detail);
    this.#error = error;
  }

  override get members(): Readonly<Record<string, unknown>> {
    return { error: this.#error };
  }
}

/** Returns the error for an incomplete request. */
export const invalidRequest = (detail: string): OAuthError =>
  new OAuthError("invalid_request", detail);

/** A scope exceeds the permissions of the account. */
export class ScopeRefused extends OAuthError {
  override readonly refuses = "access";

  constructor() {
    super("invalid_scope", "The scope goes beyond what the account may do.");
  }
}

/** Shapes every error of an OAuth endpoint, also a 405, 413 or 500. */
export const shapeOAuthProblems = (context: RequestContext): void => {
  if (TAKE_FORMS.has(context.path)) {
    context.shape = (content) => shape(asFormError(content));
  } else if (ENDPOINTS.has(context.path)) {
    context.shape = shape;
  }
};

const shape: ProblemShape = (content) => ({
  content: {
    error: errorCodeOf(content.status),
    error_description: content.detail,
    ...content,
  },
  mediaType: "application/json",
});

/** RFC 6749 knows no 422. */
const asFormError = (content: ProblemContent): ProblemContent =>
  content.status === 422 ? { ...content, status: 400, title: phraseOf(400) } : content;
