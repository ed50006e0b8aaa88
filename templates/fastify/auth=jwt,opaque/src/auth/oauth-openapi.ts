/** The errors of OAuth endpoints in the OpenAPI document. */

import {
  type AppErrorClass,
  BadRequest,
  ContentTooLarge,
  Crashed,
  MAX_MESSAGE_CHARACTERS,
  phraseOf,
  TooManyRequests,
  Unauthenticated,
  Unavailable,
  Unprocessable,
  UnsupportedMediaType,
} from "../errors.ts";
import { Type } from "../json-schema.ts";
import { exampleOf, PROBLEM_MEMBERS, VALIDATION_MEMBERS } from "../openapi-errors.ts";
import { output } from "../schemas.ts";
import { errorCodeOf } from "./oauth.ts";

const DOCUMENTED: readonly AppErrorClass[] = [
  BadRequest,
  Unauthenticated,
  ContentTooLarge,
  UnsupportedMediaType,
  Unprocessable,
  TooManyRequests,
  Crashed,
  Unavailable,
];
const MEMBERS = {
  error: Type.String({ maxLength: 40, pattern: "^[a-z_]+$" }),
  error_description: Type.String({ maxLength: MAX_MESSAGE_CHARACTERS }),
};

const OAuthProblem = output(
  "OAuthProblem",
  { ...PROBLEM_MEMBERS, ...MEMBERS },
  "A problem document with the members that OAuth clients read.",
);
const OAuthValidationProblem = output(
  "OAuthValidationProblem",
  { ...VALIDATION_MEMBERS, ...MEMBERS },
  "A problem document of invalid fields, with the members that OAuth clients read.",
);

/** Describes the errors of an OAuth endpoint for the `response` of its route. */
export const OAUTH_ERRORS = Object.fromEntries(
  DOCUMENTED.map((error) => [
    error.status,
    {
      description: phraseOf(error.status),
      content: {
        "application/json": {
          schema: error === Unprocessable ? OAuthValidationProblem : OAuthProblem,
          example: {
            ...exampleOf(error),
            error: errorCodeOf(error.status),
            error_description: error.detail,
          },
        },
      },
    },
  ]),
);
