/**
 * What a route requires of its caller, in the `access` of its config.
 *
 * `"public"` for a route that anyone may call; on a private one, a permission, a requirement of its
 * own, or `"signed-in"`: every valid credential, which is only for reading one's own account and
 * for signing out.
 */

import type { FastifyInstance, FastifyRequest } from "fastify";
import { CredentialRefused, Unauthenticated } from "../errors.ts";
import { authenticate, credentialOf } from "./authenticator.ts";
import { checkPermission } from "./permission-check.ts";
import type { Permission } from "./permissions.ts";
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
