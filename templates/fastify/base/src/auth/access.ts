/**
 * What a route requires of its caller, in the `access` of its config.
 *
 * `"public"` for a route of the public scope; on a private one, a permission, a requirement of its
 * own, or `"signed-in"`: every valid credential, whatever its scopes, which is only for reading
 * one's own account and for signing out.
 */

import type { FastifyInstance, FastifyRequest } from "fastify";
import { recordRefusal } from "../audit/refusals.ts";
import { CredentialRefused, Forbidden, ScopeInsufficient, Unauthenticated } from "../errors.ts";
import { authenticate, credentialOf } from "./authenticator.ts";
import { PERMISSIONS, type Permission } from "./permissions.ts";
import type { Principal } from "./principal.ts";

/** More than a permission. `explanation` documents it in OpenAPI. */
export interface Requirement {
  readonly permission: Permission;
  readonly explanation: string;
  check(request: FastifyRequest): Promise<void>;
}

export type Access = "public" | "signed-in" | Permission | Requirement;

const KNOWN = Symbol("principal");

type Identified = FastifyRequest & { [KNOWN]?: Principal };

/** Adds `principal` to the requests. Reading it before the caller is known is an error. */
export const decorateWithPrincipal = (app: FastifyInstance): void => {
  app.decorateRequest(KNOWN);
  app.decorateRequest("principal", {
    getter(this: Identified) {
      const principal = this[KNOWN];
      if (principal === undefined) {
        throw new Error("the caller of this request is not known");
      }
      return principal;
    },
  });
};

/** Finds out who calls; throws `Unauthenticated` without a valid credential. */
export const identifyCaller = async (request: Identified): Promise<void> => {
  const { resources } = request.server;
  const credential = credentialOf(request);
  const principal = await authenticate(credential, resources);
  if (principal === undefined) {
    request.visit.disown();
    throw credential === undefined ? new Unauthenticated() : new CredentialRefused();
  }
  request[KNOWN] = principal;
  await request.visit.identify(principal.user.id);
};

/** Throws `Forbidden` unless the caller has what the route requires. */
export const authorizeCaller = async (request: FastifyRequest): Promise<void> => {
  const { access } = request.routeOptions.config;
  if (typeof access === "object") {
    await access.check(request);
  } else if (access !== undefined && access !== "signed-in" && access !== "public") {
    await checkPermission(request, access);
  }
};

/** Throws `Forbidden`, and records it, unless the caller has the permission. */
export const checkPermission = async (
  request: FastifyRequest,
  permission: Permission,
): Promise<void> => {
  const { principal } = request;
  if (principal.may(permission)) {
    return;
  }
  const { user } = principal;
  await recordRefusal(request.server.resources, "access.denied", {
    caller: user.id,
    actorId: user.id,
    details: { permission },
  });
  throw PERMISSIONS[user.role].has(permission) ? new ScopeInsufficient() : new Forbidden();
};

/** Returns the permissions that a route requires. */
export const permissionsOf = (access: Access): readonly Permission[] => {
  if (typeof access === "object") {
    return [access.permission];
  }
  return access === "public" || access === "signed-in" ? [] : [access];
};

/** Documents for OpenAPI who may call a route. */
export const explain = (access: Access): string => {
  if (access === "public") {
    return "Anyone may call this.";
  }
  if (access === "signed-in") {
    return "Any signed-in caller may call this.";
  }
  return typeof access === "object" ? access.explanation : `Needs the permission \`${access}\`.`;
};
