/** Every route of the service: the public ones, and those that require authentication. */

import type { RouteOptions } from "fastify";
import { authorizeCaller, identifyCaller } from "./auth/access.ts";
import { accountRoutes } from "./auth/account-routes.ts";
import { privateAuthRoutes, publicAuthRoutes } from "./auth/routes.ts";
import { sessionRoutes } from "./auth/session-routes.ts";
import { healthRoutes } from "./health/routes.ts";
import { noteRoutes } from "./notes/routes.ts";
import type { App } from "./routing.ts";
import { userRoutes } from "./users/routes.ts";

const PREFIX = "/api/v1";
export const TAGS = [
  {
    name: "auth",
    description: "Signing in and out, and the sessions of the caller's account.",
  },
  {
    name: "accounts",
    description: "Registration, confirmed addresses and forgotten passwords.",
  },
  {
    name: "users",
    description: "The caller's own account, and the management of all accounts.",
  },
  {
    name: "notes",
    description: "The caller's own notes, and those of others with the permission.",
  },
  {
    name: "health",
    description: "Liveness and readiness probes.",
  },
];

/** Adds the routes. Those that are not in the public scope require authentication. */
export const includeRoutes = (app: App): void => {
  app.register(healthRoutes);
  app.register(
    async (open: App) => {
      open.addHook("onRoute", mustBePublic);
      await open.register(accountRoutes);
      await open.register(publicAuthRoutes);
    },
    { prefix: PREFIX },
  );
  app.register(
    async (closed: App) => {
      closed.addHook("onRoute", mustBePrivate);
      closed.addHook("onRequest", identifyCaller);
      closed.addHook("onRequest", authorizeCaller);
      await closed.register(userRoutes);
      await closed.register(noteRoutes);
      await closed.register(sessionRoutes);
      await closed.register(privateAuthRoutes);
    },
    { prefix: PREFIX },
  );
};

/** Throws for a route of the public scope that is not marked as public. */
export const mustBePublic = ({ url, config }: RouteOptions): void => {
  if (config?.access !== "public") throw new Error(`${url} is not marked as public`);
};

/** Throws for a route of the private scope that does not say whom it lets in. */
export const mustBePrivate = ({ url, config }: RouteOptions): void => {
  if (config?.access === undefined || config.access === "public") {
    throw new Error(`${url} does not say what it requires of its caller`);
  }
};
