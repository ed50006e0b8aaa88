/** The problem documents in the OpenAPI document. */

import {
  type AppErrorClass,
  MAX_ERRORS,
  MAX_FIELD_CHARACTERS,
  MAX_MESSAGE_CHARACTERS,
  MEDIA_TYPE,
  phraseOf,
  Unprocessable,
} from "./errors.ts";
import { Type } from "./json-schema.ts";
import { output } from "./schemas.ts";
import { TraceId } from "./telemetry/problem-trace.ts";

const FieldError = output(
  "FieldError",
  {
    field: Type.String({ maxLength: MAX_FIELD_CHARACTERS }),
    message: Type.String({ maxLength: MAX_MESSAGE_CHARACTERS }),
  },
  "A refused field. The value is not repeated: it may be a secret.",
);

/** The members of every problem document. */
export const PROBLEM_MEMBERS = {
  type: Type.String({ default: "about:blank", format: "uri-reference", maxLength: 100 }),
  title: Type.String({ maxLength: 100 }),
  status: Type.Integer({ format: "int32", minimum: 400, maximum: 599 }),
  detail: Type.String({ maxLength: MAX_MESSAGE_CHARACTERS }),
  request_id: Type.String({ pattern: "^[A-Za-z0-9-]{8,64}$", maxLength: 64 }),
  trace_id: TraceId,
};
/** Those of a problem of invalid fields. */
export const VALIDATION_MEMBERS = {
  ...PROBLEM_MEMBERS,
  errors: Type.Array(FieldError, { maxItems: MAX_ERRORS }),
};

const Problem = output(
  "Problem",
  PROBLEM_MEMBERS,
  "A problem document (RFC 9457). `request_id` is also in the logs.",
);
const ValidationProblem = output("ValidationProblem", VALIDATION_MEMBERS);

export const problemSchemas: readonly object[] = [FieldError, Problem, ValidationProblem];

/** Returns the problem document of an error, as an example. */
export const exampleOf = (error: AppErrorClass): Readonly<Record<string, unknown>> => ({
  type: "about:blank",
  title: phraseOf(error.status),
  status: error.status,
  detail: error.detail,
  request_id: "5b0c1d2e7f8a4b6c9d0e1f2a3b4c5d6e",
  ...(error.status === Unprocessable.status
    ? { errors: [{ field: "name", message: "Field required" }] }
    : {}),
});

/** Returns the response of an error, as a component. */
export const errorResponse = (error: AppErrorClass): object => {
  const name = error.status === Unprocessable.status ? "ValidationProblem" : "Problem";
  return {
    description: phraseOf(error.status),
    content: {
      [MEDIA_TYPE]: {
        schema: { $ref: `#/components/schemas/${name}` },
        example: exampleOf(error),
      },
    },
  };
};
