/** API keys over HTTP. */

import type { Requirement } from "../auth/access.ts";
import { checkPermission } from "../auth/permission-check.ts";
import { now } from "../clock.ts";
import { Conflict, NotFound } from "../errors.ts";
import { PageQuery, pageRequest } from "../pagination.ts";
import { made, type Routes } from "../routing.ts";
import { nothing } from "../schemas.ts";
import { ApiKeyRepository } from "./repository.ts";
import { ApiKeyCreate, ApiKeyPage, IssuedApiKeyOut, KeyPath, keyOut } from "./schemas.ts";
import * as service from "./service.ts";

/** A key that revokes itself signs out, which takes no permission. */
const MAY_REVOKE: Requirement = {
  permission: "api_keys:write",
  explanation: "Needs the permission `api_keys:write`.",
  async check(request) {
    const { key_id: keyId } = request.params as { readonly key_id: string };
    if (keyId.toLowerCase() !== request.principal.sessionId) {
      await checkPermission(request, "api_keys:write");
    }
  },
};

export const keyRoutes: Routes = async (app) => {
  const { resources } = app;

  app.get(
    "/api-keys",
    {
      config: { access: "api_keys:write" },
      schema: {
        operationId: "listKeys",
        tags: ["api-keys"],
        summary: "List the active keys of the caller's account",
        querystring: PageQuery,
        response: { 200: ApiKeyPage },
      },
    },
    async (request) => {
      const { user } = request.principal;
      const asked = pageRequest(request, resources.keys);
      const keys = await resources.database.reader((reader) =>
        new ApiKeyRepository(reader).page(user.id, now(), asked.limit + 1, asked.after),
      );
      return asked.of(keys.map(keyOut));
    },
  );

  app.post(
    "/api-keys",
    {
      config: { access: "api_keys:write", errors: [NotFound, Conflict] },
      schema: {
        operationId: "createKey",
        tags: ["api-keys"],
        summary: "Create a key",
        description: "The key is in this response only and cannot be retrieved again.",
        body: ApiKeyCreate,
        response: { 201: IssuedApiKeyOut },
      },
    },
    async (request, reply) => {
      const { body, principal } = request;
      for (const permission of [...service.neededPermissions(body)].sort()) {
        await checkPermission(request, permission);
      }
      const key = await resources.database.transaction((transaction) =>
        service.create(transaction, resources, principal, body),
      );
      made(reply, key.token.id);
      return { ...keyOut(key), key: key.text };
    },
  );

  app.delete(
    "/api-keys/:key_id",
    {
      config: { access: MAY_REVOKE, errors: [NotFound] },
      schema: {
        operationId: "revokeKey",
        tags: ["api-keys"],
        summary: "Revoke a key",
        description:
          "It must belong to the caller, unless the caller has `users:write`. A key may always " +
          "revoke itself.",
        params: KeyPath,
        response: { 204: nothing() },
      },
    },
    async (request, reply) => {
      const { principal, params } = request;
      await resources.database.transaction((transaction) =>
        service.revoke(transaction, principal, params.key_id),
      );
      return reply.code(204).send(null);
    },
  );
};
