/**
 * Errors that clients see, and their format (RFC 9457).
 *
 * Throw an `AppError`; the handler turns it, and any other error, into a problem document. Nothing
 * of an unexpected error reaches the client: no stack, no SQL, no path.
 */

import { STATUS_CODES } from "node:http";
import type { FastifyReply } from "fastify";

export const MEDIA_TYPE = "application/problem+json";
/** The most errors that are listed: no client needs more. */
export const MAX_ERRORS = 20;
export const MAX_FIELD_CHARACTERS = 100;
export const MAX_MESSAGE_CHARACTERS = 200;
// Node has the names of an older standard.
const PHRASES: Readonly<Record<number, string>> = {
  413: "Content Too Large",
  422: "Unprocessable Content",
};

/** A refused field. The value is not repeated: it may be a secret. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** A problem document. `request_id` is also in the logs. */
export interface ProblemContent {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly request_id: string;
  readonly [member: string]: unknown;
}

export interface ShapedProblem {
  readonly content: ProblemContent;
  readonly mediaType: string;
}

/** Rewrites the problems of paths whose clients read another format. */
export type ProblemShape = (content: ProblemContent) => ShapedProblem;

/** Base of the expected errors. */
export class AppError extends Error {
  static readonly status: number = 500;
  static readonly detail: string = "";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parameters of `WWW-Authenticate` after the scheme; undefined without that header. */
  readonly challenge: string | undefined = undefined;
  /** What the audit trail records as missing: a valid credential or a permission. */
  readonly refuses: "credential" | "access" | undefined = undefined;

  constructor(detail?: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail ?? new.target.detail);
    this.status = new.target.status;
    this.headers = headers;
  }

  /** Extension members of the problem document (RFC 9457, 3.2). */
  get members(): Readonly<Record<string, unknown>> {
    return {};
  }
}

export interface AppErrorClass {
  readonly name: string;
  readonly status: number;
  readonly detail: string;
}

export class BadRequest extends AppError {
  static override readonly status: number = 400;
  static override readonly detail: string = "The request is malformed.";
}

export class Unauthenticated extends AppError {
  static override readonly status: number = 401;
  static override readonly detail: string = "Valid credentials are required.";
  override readonly refuses = "credential";
  override readonly challenge: string = "";
}

/** The given credential is invalid or no longer valid (RFC 6750, 3.1). */
export class CredentialRefused extends Unauthenticated {
  override readonly challenge: string = 'error="invalid_token"';
}

export class Forbidden extends AppError {
  static override readonly status: number = 403;
  static override readonly detail: string = "You do not have permission to do this.";
  override readonly refuses = "access";
}

export class NotFound extends AppError {
  static override readonly status: number = 404;
  static override readonly detail: string = "The resource does not exist.";
}

export class Conflict extends AppError {
  static override readonly status: number = 409;
  static override readonly detail: string = "The resource is in a state that does not allow this.";
}

export class ContentTooLarge extends AppError {
  static override readonly status: number = 413;
  static override readonly detail: string = "The request body is too large.";
}

export class UnsupportedMediaType extends AppError {
  static override readonly status: number = 415;
  static override readonly detail: string =
    "The content type of the request body is not supported.";
}

/** Fields are refused, by a schema or by a rule that a schema cannot express. */
export class Unprocessable extends AppError {
  static override readonly status: number = 422;
  static override readonly detail: string = "The request has invalid fields.";
  readonly errors: readonly FieldError[];

  constructor(field: string, message: string, others: readonly FieldError[] = []) {
    super();
    this.errors = [{ field, message }, ...others].slice(0, MAX_ERRORS).map(bounded);
  }

  override get members(): Readonly<Record<string, unknown>> {
    return { errors: this.errors };
  }
}

export class TooManyRequests extends AppError {
  static override readonly status: number = 429;
  static override readonly detail: string = "Too many requests; try again later.";
}

/** The response to an unexpected error. */
export class Crashed extends AppError {
  static override readonly status: number = 500;
  static override readonly detail: string = "The service failed; the request id is in its log.";
}

export class Unavailable extends AppError {
  static override readonly status: number = 503;
  static override readonly detail: string =
    "The service is temporarily unavailable; try again later.";

  constructor(seconds = 5) {
    super(undefined, { "retry-after": String(seconds) });
  }
}

/** Returns the name of a status (RFC 9110, 15). */
export const phraseOf = (status: number): string =>
  PHRASES[status] ?? STATUS_CODES[status] ?? "Unknown";

/** The shape of a problem document itself. */
export const asProblem: ProblemShape = (content) => ({ content, mediaType: MEDIA_TYPE });

/** Builds the problem document of a request, in the shape that its client reads. */
export const problemOf = (
  requestId: string,
  status: number,
  detail: string,
  members: Readonly<Record<string, unknown>> = {},
  shape: ProblemShape = asProblem,
): ShapedProblem =>
  shape({
    type: "about:blank",
    title: phraseOf(status),
    status,
    detail,
    request_id: requestId,
    ...members,
  });

/** Answers a request with a problem document. */
export const sendProblem = (
  reply: FastifyReply,
  status: number,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
  members: Readonly<Record<string, unknown>> = {},
): FastifyReply => {
  const { id, shape } = reply.request.requestContext;
  const { content, mediaType } = problemOf(id, status, detail, members, shape);
  // As bytes, the document passes by the response schema of the route, and keeps its media type.
  return reply
    .code(content.status)
    .headers(headers)
    .header("content-type", mediaType)
    .send(Buffer.from(JSON.stringify(content)));
};

/** Answers a request with an expected error. */
export const sendError = (
  reply: FastifyReply,
  error: AppError,
  headers: Readonly<Record<string, string>> = {},
): FastifyReply =>
  sendProblem(reply, error.status, error.message, { ...error.headers, ...headers }, error.members);

const bounded = ({ field, message }: FieldError): FieldError => ({
  field: field.slice(0, MAX_FIELD_CHARACTERS),
  message: message.slice(0, MAX_MESSAGE_CHARACTERS),
});
