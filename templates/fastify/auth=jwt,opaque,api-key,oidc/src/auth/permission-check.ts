/** Refuses callers without a permission, and tells those apart whose scopes lack it (RFC 6750, 3.1). */

import type { FastifyRequest } from "fastify";
import { recordRefusal } from "../audit/refusals.ts";
import { Forbidden } from "../errors.ts";
import { PERMISSIONS, type Permission } from "./permissions.ts";

/** The caller's role has the permission, but the scopes of its credential do not. */
class ScopeInsufficient extends Forbidden {
  override readonly challenge = 'error="insufficient_scope"';
}

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
