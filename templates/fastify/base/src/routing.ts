/** Types of routes, and what the service adds to the types of the framework. */

import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyTypeProvider,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { Access } from "./auth/access.ts";
import type { Principal } from "./auth/principal.ts";
import type { AppErrorClass } from "./errors.ts";
import type { Readiness } from "./health/readiness.ts";
import type { Schema, Static } from "./json-schema.ts";
import type { Resources } from "./resources.ts";
import type { RouteTable } from "./security/known-routes.ts";
import type { RequestContext } from "./security/request-context.ts";
import type { Visit } from "./security/visit.ts";

declare module "fastify" {
  interface FastifyInstance {
    readonly resources: Resources;
    readonly readiness: Readiness;
    readonly routeTable: RouteTable;
    /** The service is shutting down: readiness is 503, and every answer closes its connection. */
    stopping: boolean;
  }

  interface FastifyRequest {
    requestContext: RequestContext;
    visit: Visit;
    /** The caller; throws before authentication. */
    principal: Principal;
  }

  interface FastifyContextConfig {
    /** Who may call the route; required for those under /api/v1. */
    access?: Access;
    /** The errors of the route, beside those that every route has. */
    errors?: readonly AppErrorClass[];
  }

  interface FastifySchema {
    operationId?: string;
    tags?: readonly string[];
    summary?: string;
    description?: string;
  }
}

interface BySchema extends FastifyTypeProvider {
  validator: this["schema"] extends Schema ? Static<this["schema"]> : unknown;
  serializer: this["schema"] extends Schema ? Static<this["schema"]> : unknown;
}

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  BySchema
>;

/** A plugin that adds the routes of a domain; api.ts says under which prefix. */
export type Routes = (app: App) => Promise<void>;

/** Answers 201 with the `Location` of a resource below the path of the request (RFC 9110, 10.2.2). */
export const made = (reply: FastifyReply, id: string): void => {
  const { requestContext, server } = reply.request;
  const { rootPath } = server.resources.settings;
  reply.code(201).header("location", `${rootPath}${requestContext.path}/${id}`);
};
