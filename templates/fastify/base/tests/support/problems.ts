/** What every refusal looks like. */

import assert from "node:assert/strict";
import type { Answer } from "./client.ts";

export interface Problem {
  readonly [member: string]: unknown;
  readonly detail: string;
  readonly request_id: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}

/** Returns the problem document of an answer, after checking that it is one (RFC 9457). */
export const problemOf = (
  answer: Answer,
  status: number,
  { mediaType = "application/problem+json", members = [] as readonly string[] } = {},
): Problem => {
  assert.equal(answer.statusCode, status, answer.body);
  assert.equal(answer.headers["content-type"], mediaType);
  const problem = answer.json<Problem>();
  const usual = ["type", "title", "status", "detail", "request_id", ...members];
  assert.deepEqual(
    Object.keys(problem).toSorted(),
    (problem.errors === undefined ? usual : [...usual, "errors"]).toSorted(),
  );
  assert.equal(problem["status"], status);
  assert.equal(problem.request_id, answer.headers["x-request-id"]);
  assert.notEqual(problem.detail, "");
  if (status === 422) assert.ok(problem.errors && problem.errors.length > 0);
  return problem;
};

/** Returns the names of the fields that a 422 refuses. */
export const fieldsOf = (answer: Answer): string[] =>
  (problemOf(answer, 422).errors ?? []).map(({ field }) => field);
