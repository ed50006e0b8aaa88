/** Accounts over HTTP. */

import { Readable } from "node:stream";
import { record } from "../audit/trail.ts";
import { tellOwner } from "../auth/farewell.ts";
import { MAY_LEAVE } from "../auth/leaving.ts";
import { Conflict, NotFound } from "../errors.ts";
import { Type } from "../json-schema.ts";
import { PageQuery, pageRequest } from "../pagination.ts";
import type { Routes } from "../routing.ts";
import { nothing } from "../schemas.ts";
import { changesOf, UserUpdate } from "./administration.ts";
import { openUsersCsv } from "./export.ts";
import * as pages from "./pages.ts";
import { UserRepository } from "./repository.ts";
import { ProfileUpdate, UserOut, UserPage, UserPath, userOut } from "./schemas.ts";
import * as service from "./service.ts";

const TAGS = ["users"];

export const userRoutes: Routes = async (app) => {
  const { resources } = app;
  const { database, keys } = resources;

  app.get(
    "/users/me",
    {
      config: { access: "signed-in" },
      schema: {
        operationId: "readMe",
        tags: TAGS,
        summary: "Read the caller's account",
        response: { 200: UserOut },
      },
    },
    async (request) => userOut(request.principal.user),
  );

  app.patch(
    "/users/me",
    {
      config: { access: "account:write" },
      schema: {
        operationId: "updateMe",
        tags: TAGS,
        summary: "Change the caller's account",
        body: ProfileUpdate,
        response: { 200: UserOut },
      },
    },
    async (request) => {
      const changes = { fullName: request.body.full_name };
      const user = await database.transaction((transaction) =>
        service.updateProfile(transaction, request.principal, changes),
      );
      await pages.forget(resources);
      return userOut(user);
    },
  );

  app.delete(
    "/users/me",
    {
      config: { access: MAY_LEAVE, errors: [Conflict] },
      schema: {
        operationId: "deleteMe",
        tags: TAGS,
        summary: "Delete the caller's account",
        description: "All that belongs to it is deleted too, and its access ends.",
        response: { 204: nothing() },
      },
    },
    async (request, reply) => {
      const { principal } = request;
      await tellOwner(resources, principal.user.id, () =>
        database.transaction((transaction) => service.deleteOwn(transaction, principal)),
      );
      await pages.forget(resources);
      return reply.code(204).send(null);
    },
  );

  app.get(
    "/users",
    {
      config: { access: "users:read" },
      schema: {
        operationId: "listUsers",
        tags: TAGS,
        summary: "List accounts",
        querystring: PageQuery,
        response: { 200: UserPage },
      },
    },
    async (request, reply) => {
      const asked = pageRequest(request, keys);
      const actorId = request.principal.user.id;
      await database.transaction((transaction) => record(transaction, "user.listed", { actorId }));
      const text = await pages.read(resources, asked);
      // The text was made of what `UserOut` declares.
      return reply.type("application/json; charset=utf-8").send(text as never);
    },
  );

  app.get(
    "/users/export",
    {
      config: { access: "users:export" },
      schema: {
        operationId: "exportUsers",
        tags: TAGS,
        summary: "Download all accounts as CSV",
        response: {
          200: {
            description: "Successful Response",
            headers: {
              "Content-Disposition": Type.String({
                maxLength: 100,
                description: "Name of the file (RFC 6266).",
              }),
            },
            content: { "text/csv": { schema: Type.Unsafe<Readable>({ type: "string" }) } },
          },
        },
      },
    },
    async (request, reply) => {
      const { principal, method } = request;
      const send = (csv: Readable) =>
        reply
          .header("content-disposition", 'attachment; filename="users.csv"')
          .type("text/csv; charset=utf-8")
          .send(csv);
      // The framework would read the whole table for an answer without a body.
      if (method === "HEAD") return send(Readable.from([]));
      const csv = await openUsersCsv(resources, principal, reply);
      const actorId = principal.user.id;
      await database.transaction((transaction) =>
        record(transaction, "user.exported", { actorId }),
      );
      return send(csv);
    },
  );

  app.get(
    "/users/:user_id",
    {
      config: { access: "users:read", errors: [NotFound] },
      schema: {
        operationId: "readUser",
        tags: TAGS,
        summary: "Read an account",
        params: UserPath,
        response: { 200: UserOut },
      },
    },
    async (request) => {
      const { user_id: userId } = request.params;
      const actorId = request.principal.user.id;
      const user = await database.transaction(async (transaction) => {
        const found = await new UserRepository(transaction).get(userId);
        if (found === undefined) {
          throw new NotFound();
        }
        if (userId !== actorId) {
          await record(transaction, "user.read", { actorId, subjectId: userId });
        }
        return found;
      });
      return userOut(user);
    },
  );

  app.patch(
    "/users/:user_id",
    {
      config: { access: "users:write", errors: [NotFound, Conflict] },
      schema: {
        operationId: "updateUser",
        tags: TAGS,
        summary: "Change an account",
        params: UserPath,
        body: UserUpdate,
        response: { 200: UserOut },
      },
    },
    async (request) => {
      const { body, params, principal } = request;
      const user = await database.transaction((transaction) =>
        service.update(transaction, principal, params.user_id, changesOf(body)),
      );
      await pages.forget(resources);
      return userOut(user);
    },
  );

  app.delete(
    "/users/:user_id",
    {
      config: { access: "users:delete", errors: [NotFound, Conflict] },
      schema: {
        operationId: "deleteUser",
        tags: TAGS,
        summary: "Delete an account, and all that belongs to it",
        params: UserPath,
        response: { 204: nothing() },
      },
    },
    async (request, reply) => {
      const { principal } = request;
      const { user_id: userId } = request.params;
      await tellOwner(resources, userId, () =>
        database.transaction((transaction) => service.deleteUser(transaction, principal, userId)),
      );
      await pages.forget(resources);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    "/users/:user_id/sessions",
    {
      config: { access: "users:write", errors: [NotFound] },
      schema: {
        operationId: "endAccess",
        tags: TAGS,
        summary: "Sign an account out everywhere",
        params: UserPath,
        response: { 204: nothing() },
      },
    },
    async (request, reply) => {
      const { principal } = request;
      const { user_id: userId } = request.params;
      await database.transaction((transaction) =>
        service.endAccess(transaction, principal, userId),
      );
      return reply.code(204).send(null);
    },
  );
};
