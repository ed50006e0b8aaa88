/** Refuses callers without a permission. */

import type { FastifyRequest } from "fastify";
import { recordRefusal } from "../audit/refusals.ts";
import { Forbidden } from "../errors.ts";
import type { Permission } from "./permissions.ts";

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
  throw new Forbidden();
};
