/** The routes under /api/v1, and how they answer a caller. */

import assert from "node:assert/strict";
import { describeApp } from "../../src/app.ts";
import type { Access } from "../../src/auth/access.ts";
import { newId } from "../../src/ids.ts";
import type { Resources } from "../../src/resources.ts";
import { defaultSettings } from "../../src/settings/index.ts";
import type { Answer } from "./client.ts";
import type { Caller } from "./sign-up.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

export interface Route {
  readonly method: (typeof METHODS)[number];
  readonly url: string;
  readonly access: Access;
}

export const nameOf = ({ method, url }: Route): string => `${method} ${url}`;

/** Returns the URL of a route, with new ids. */
export const urlOf = ({ url }: Pick<Route, "url">): string => url.replace(/:\w+/g, newId());

/** Lists the routes under /api/v1. */
export const routesOf = async (): Promise<Route[]> => {
  const routes: Route[] = [];
  const { app } = describeApp(defaultSettings());
  app.addHook("onRoute", ({ method, url, config }) => {
    const known = METHODS.find((each) => [method].flat().includes(each));
    if (known !== undefined && config?.access !== undefined) {
      routes.push({ method: known, url, access: config.access });
    }
  });
  app.decorate("resources", {} as Resources);
  await app.ready();
  await app.close();
  return routes;
};

/** Tells whether a call without a body does something, to the caller itself. */
const mayEndTheCaller = ({ method, url }: Route): boolean => method !== "GET" && !url.includes(":");

/** Calls each private route; `signUp` makes a caller, and another when a route ends one. */
export const callEach = async (
  signUp: () => Promise<Caller>,
): Promise<{ readonly route: Route; readonly answer: Answer }[]> => {
  const closed = (await routesOf()).filter(({ access }) => access !== "public");
  const ordered = closed.toSorted(
    (a, b) => Number(mayEndTheCaller(a)) - Number(mayEndTheCaller(b)),
  );
  const calls: { route: Route; answer: Answer }[] = [];
  let caller: Caller | undefined;
  for (const route of ordered) {
    caller ??= await signUp();
    const answer = await caller.client.request(route.method, urlOf(route));
    assert.notEqual(answer.statusCode, 401, nameOf(route));
    calls.push({ route, answer });
    if (answer.statusCode === 204) {
      caller = undefined;
    }
  }
  assert.ok(calls.length >= 9);
  return calls;
};
