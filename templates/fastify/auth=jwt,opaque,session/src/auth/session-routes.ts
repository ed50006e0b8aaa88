/** The caller's sessions over HTTP. */

import { NotFound } from "../errors.ts";
import { Type } from "../json-schema.ts";
import { PageQuery, page, pageRequest } from "../pagination.ts";
import type { Routes } from "../routing.ts";
import { id, input, moment, nothing, nullable, output } from "../schemas.ts";
import { endOwnSession, ownSessions } from "./own-sessions.ts";

const SessionOut = output(
  "SessionOut",
  {
    id: id(),
    created_at: moment(),
    last_used_at: moment(),
    expires_at: moment(),
    client_address: nullable(Type.String({ maxLength: 45 })),
    current: Type.Boolean(),
  },
  "`expires_at` applies unless it is used before; `current` marks the session of the request.",
);
const SessionPage = page("SessionPage", SessionOut, "A page of sessions.");
const SessionId = input("SessionId", { session_id: id() });

export const sessionRoutes: Routes = async (app) => {
  const { resources } = app;
  const { database, keys } = resources;

  app.get(
    "/auth/sessions",
    {
      config: { access: "account:write" },
      schema: {
        operationId: "listSessions",
        tags: ["auth"],
        summary: "List the sessions of the caller's account",
        querystring: PageQuery,
        response: { 200: SessionPage },
      },
    },
    async (request) => {
      const { principal } = request;
      const asked = pageRequest(request, keys);
      const sessions = await database.reader((reader) => ownSessions(reader, resources, principal));
      const { after } = asked;
      const older = sessions.filter((session) => after === undefined || session.id < after);
      return asked.of(
        older.map((session) => ({
          id: session.id,
          created_at: session.createdAt,
          last_used_at: session.lastUsedAt,
          expires_at: session.expiresAt,
          client_address: session.clientAddress ?? null,
          current: session.current,
        })),
      );
    },
  );

  app.delete(
    "/auth/sessions/:session_id",
    {
      config: { access: "account:write", errors: [NotFound] },
      schema: {
        operationId: "endSession",
        tags: ["auth"],
        summary: "End a session of the caller's account at once",
        params: SessionId,
        response: { 204: nothing() },
      },
    },
    async (request, reply) => {
      const { principal } = request;
      const { session_id: sessionId } = request.params;
      await database.transaction((transaction) => endOwnSession(transaction, principal, sessionId));
      return reply.code(204).send(null);
    },
  );
};
