/** Who may call which route on whose data: a table for the routes of a domain, row by row. */

import assert from "node:assert/strict";
import { ROLES, type Role } from "../../src/auth/permissions.ts";
import type { Resources } from "../../src/resources.ts";
import type { User } from "../../src/users/model.ts";
import { makeUser } from "./factories.ts";
import { problemOf } from "./problems.ts";
import type { Service } from "./service.ts";
import { signUp } from "./sign-up.ts";

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** Method, path, body, and the status for a user, a moderator and an admin. */
export type Row = readonly [Method, string, object | undefined, number, number, number];

/** Makes what a path needs for a caller, and returns the path to it. */
export type Fill = (path: string, resources: Resources, caller: User) => Promise<string>;

/** Calls every route of a table as a new account of a role. */
export const checkRole = async (
  service: Service,
  role: Role,
  table: readonly Row[],
  fill: Fill,
): Promise<void> => {
  const { client, user } = await signUp(service, role);
  const [expected, actual]: string[][] = [[], []];
  for (const [method, path, json, ...statuses] of table) {
    const answer = await client.request(method, await fill(path, service.resources, user), {
      json,
    });
    expected?.push(`${method} ${path} ${statuses[ROLES.indexOf(role)]}`);
    actual?.push(`${method} ${path} ${answer.statusCode}`);
    if (answer.statusCode >= 400) {
      problemOf(answer, answer.statusCode);
    }
  }
  assert.deepEqual(actual, expected);
};

/** Calls every route of a table without a credential. */
export const checkNobody = async (
  service: Service,
  table: readonly Row[],
  fill: Fill,
): Promise<void> => {
  const owner = await makeUser(service.resources);
  for (const [method, path, json] of table) {
    const url = await fill(path, service.resources, owner);
    const answer = await service.client.request(method, url, { json });
    problemOf(answer, 401);
    assert.ok(answer.headers["www-authenticate"]);
  }
};
