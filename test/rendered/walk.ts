import { expect } from "vitest";
import { type Answer, clientOf, expectStatus } from "./http.ts";
import type { Service } from "./service.ts";
import { ADDRESSES, type Callers } from "./sign-in/types.ts";

/** Calls a running service as its users would: what must work, and what must not. */
export const walk = async ({ url }: Service, { admin, user }: Callers): Promise<void> => {
  const nobody = clientOf(url);
  expect(expectStatus(await nobody("GET", "/health/live"), 200)).toEqual({ status: "ok" });
  expect(expectStatus(await nobody("GET", "/health/ready"), 200).status).toBe("ok");

  const anonymous = await nobody("GET", "/api/v1/users/me");
  expectProblem(anonymous, 401);
  expect(anonymous.headers.get("www-authenticate")).toBeTruthy();

  const me = expectStatus(await admin("GET", "/api/v1/users/me"), 200);
  expect(me).toMatchObject({ email: ADDRESSES.admin, role: "admin", is_active: true });
  expect(expectStatus(await user("GET", "/api/v1/users/me"), 200).role).toBe("user");

  const draft = { title: "Ours", body: "Grüße, 世界" };
  const note = expectStatus(await admin("POST", "/api/v1/notes", draft), 201);
  expect(note).toMatchObject({ ...draft, owner_id: me.id });
  const path = `/api/v1/notes/${note.id}`;
  expect(expectStatus(await admin("GET", path), 200)).toEqual(note);
  expect(expectStatus(await admin("GET", "/api/v1/notes"), 200).items).toEqual([note]);

  // Somebody else's note must not be told from one that does not exist.
  const foreign = expectProblem(await user("GET", path), 404);
  const unknown = expectProblem(await user("GET", `/api/v1/notes/${me.id}`), 404);
  expect({ ...foreign, request_id: "" }).toEqual({ ...unknown, request_id: "" });
  expectProblem(await user("DELETE", path), 404);
  expect(expectStatus(await user("GET", "/api/v1/notes"), 200).items).toEqual([]);
  expectProblem(await user("GET", "/api/v1/users"), 403);

  const invalid = expectProblem(await user("POST", "/api/v1/notes", { ...draft, owner: 1 }), 422);
  expect(invalid.errors).toEqual([expect.objectContaining({ field: expect.anything() })]);
  expectProblem(await nobody("GET", "/nowhere"), 404);

  expectStatus(await admin("DELETE", path), 204);
  expectProblem(await admin("GET", path), 404);
};

/** An error as RFC 9457 has it, with the headers that every answer has. */
const expectProblem = (answer: Answer, status: number): Answer["body"] => {
  const body = expectStatus(answer, status);
  expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  expect(body).toMatchObject({
    type: expect.any(String),
    title: expect.any(String),
    status,
    request_id: answer.headers.get("x-request-id"),
  });
  return body;
};
