/** Answers for paths and methods that do not exist, before a body is read. */

import type { FastifyInstance, onRequestHookHandler, RouteOptions } from "fastify";
import { sendProblem } from "../errors.ts";

interface Route {
  readonly path: string;
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/** Every route of the application, and the methods of each path. */
export class RouteTable {
  readonly all: RouteOptions[] = [];
  readonly #routes = new Map<string, Route>();

  /** Collects the routes that are added from now on. */
  constructor(app: FastifyInstance) {
    app.addHook("onRoute", (options) => {
      const { url, method } = options;
      this.all.push(options);
      const route = this.#routes.get(url) ?? {
        path: url,
        pattern: patternOf(url),
        methods: new Set(),
      };
      for (const each of [method].flat()) route.methods.add(each);
      this.#routes.set(url, route);
    });
  }

  /**
   * Returns the methods of all routes of a path, for `Allow` (RFC 9110, 10.2.1).
   *
   * A literal path takes precedence over a parameter of another route.
   */
  methodsOf(path: string): readonly string[] {
    const exact = this.#routes.get(path);
    const found = exact
      ? [exact]
      : [...this.#routes.values()].filter(({ pattern }) => pattern.test(path));
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].toSorted();
  }

  /** Returns whether a path is a route of its own that lacks a method. */
  lacks(path: string, method: string): boolean {
    const exact = this.#routes.get(path);
    return exact !== undefined && !exact.methods.has(method);
  }
}

/** Answers 404 or 405. */
export const knownRoutes =
  (table: RouteTable): onRequestHookHandler =>
  (request, reply, done) => {
    const { path } = request.requestContext;
    // `DELETE /users/export` was read as an id by the route of `/users/:user_id`.
    if (!request.is404 && !isNameless(request.params) && !table.lacks(path, request.method)) {
      done();
      return;
    }
    const methods = table.methodsOf(path);
    if (methods.length === 0) {
      sendProblem(reply, 404, "Nothing matches the given URI");
    } else {
      sendProblem(reply, 405, "Specified method is invalid for this resource", {
        allow: methods.join(", "),
      });
    }
  };

/** Returns whether a parameter is empty: the router reads `/users/` as a user without an id. */
const isNameless = (parameters: unknown): boolean =>
  Object.entries(Object(parameters)).some(([name, value]) => name !== "*" && value === "");

const patternOf = (url: string): RegExp =>
  new RegExp(`^${url.split("/").map(segmentPattern).join("/")}$`);

const segmentPattern = (segment: string): string => {
  if (segment === "*") return ".*";
  return segment.startsWith(":") ? "[^/]+" : RegExp.escape(segment);
};
