/** Signing in and out with a session cookie. */

import { Forbidden, Unauthenticated } from "../errors.ts";
import type { Routes } from "../routing.ts";
import { nothing } from "../schemas.ts";
import { PasswordChangeIn, parseChange, parseUsername } from "./account-schemas.ts";
import { clearCookie, readCookie, writeCookie } from "./cookie.ts";
import { csrfToken, refuseForeignPages } from "./csrf.ts";
import { attempting, limitAuth } from "./rate-limit.ts";
import { CsrfToken, SignedIn, SignInRequest } from "./schemas.ts";
import * as service from "./service.ts";
import * as sessions from "./sessions.ts";

export const publicAuthRoutes: Routes = async (app) => {
  const { resources } = app;

  app.post(
    "/auth/login",
    {
      config: { access: "public", errors: [Unauthenticated, Forbidden] },
      onRequest: refuseForeignPages,
      schema: {
        operationId: "signIn",
        tags: ["auth"],
        summary: "Sign in",
        description: "The session starts with a new id, in the cookie.",
        body: SignInRequest,
        response: { 200: SignedIn },
      },
    },
    async (request, reply) => {
      const attempt = {
        email: parseUsername(request.body.email),
        password: request.body.password,
        clientAddress: request.requestContext.address,
      };
      const session = await attempting(request, "login", attempt.email, () =>
        service.signIn(resources, attempt, readCookie(request)),
      );
      writeCookie(request, reply, session.secret);
      return {
        csrf_token: csrfToken(resources.keys, session.familyId),
        expires_in: resources.settings.sessionAbsoluteSeconds,
      };
    },
  );
};

export const privateAuthRoutes: Routes = async (app) => {
  const { resources } = app;

  app.get(
    "/auth/csrf",
    {
      config: { access: "signed-in" },
      schema: {
        operationId: "readCsrfToken",
        tags: ["auth"],
        summary: "Read the CSRF token of this session",
        description: "A page needs it after a reload.",
        response: { 200: CsrfToken },
      },
    },
    async (request) => ({ csrf_token: csrfToken(resources.keys, request.principal.sessionId) }),
  );

  app.post(
    "/auth/change-password",
    {
      config: { access: "account:write" },
      schema: {
        operationId: "changePassword",
        tags: ["auth"],
        summary: "Change the password",
        description: "Every other session ends, and this one gets a new id.",
        body: PasswordChangeIn,
        response: { 204: nothing() },
      },
    },
    async (request, reply) => {
      const form = parseChange(request.body);
      const { principal } = request;
      await limitAuth(request, "change-password", principal.user.email);
      writeCookie(request, reply, await service.changePassword(resources, principal, form));
      return reply.code(204).send(null);
    },
  );

  app.post(
    "/auth/logout",
    {
      config: { access: "signed-in" },
      schema: {
        operationId: "signOut",
        tags: ["auth"],
        summary: "Sign out",
        description: "This session ends immediately.",
        response: { 204: nothing() },
      },
    },
    async (request, reply) => {
      const { sessionId, user } = request.principal;
      await sessions.end(resources, sessionId, user.id);
      clearCookie(request, reply);
      return reply.code(204).send(null);
    },
  );

  app.post(
    "/auth/logout-all",
    {
      config: { access: "account:write" },
      schema: {
        operationId: "signOutEverywhere",
        tags: ["auth"],
        summary: "Sign out everywhere",
        description: "Every session of the account ends.",
        response: { 204: nothing() },
      },
    },
    async (request, reply) => {
      await sessions.endAll(resources, request.principal);
      clearCookie(request, reply);
      return reply.code(204).send(null);
    },
  );
};
