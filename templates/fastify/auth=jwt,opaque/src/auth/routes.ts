/** Signing in and out with bearer tokens. */

import type { FastifyRequest } from "fastify";
import type { Static } from "../json-schema.ts";
import type { Resources } from "../resources.ts";
import type { Routes } from "../routing.ts";
import { nothing } from "../schemas.ts";
import { PasswordChangeIn, parseChange, parseUsername } from "./account-schemas.ts";
import { invalidRequest, OAuthError } from "./oauth.ts";
import { OAUTH_ERRORS } from "./oauth-openapi.ts";
import { attempting, limitAuth } from "./rate-limit.ts";
import { Nothing, RefreshRequest, Revocation, TokenPair, TokenRequest } from "./schemas.ts";
import * as service from "./service.ts";
import * as sessions from "./sessions.ts";

const FORM = "application/x-www-form-urlencoded";

export const publicAuthRoutes: Routes = async (app) => {
  const { resources } = app;

  app.post(
    "/auth/token",
    {
      config: { access: "public" },
      schema: {
        operationId: "issueTokens",
        tags: ["auth"],
        summary: "Sign in, or exchange a refresh token for new tokens",
        description:
          "`grant_type` is `password`, with `username` and `password`, or `refresh_token`, with " +
          "the token.",
        consumes: FORM,
        body: TokenRequest,
        response: { 200: TokenPair, ...OAUTH_ERRORS },
      },
    },
    async (request) => {
      const { grant_type: grant } = request.body;
      if (grant === "password") {
        return signIn(resources, request, request.body);
      }
      if (grant === "refresh_token") {
        return exchange(resources, request, request.body);
      }
      throw new OAuthError("unsupported_grant_type", "The grant is password or refresh_token.");
    },
  );

  app.post(
    "/auth/revoke",
    {
      config: { access: "public" },
      schema: {
        operationId: "revoke",
        tags: ["auth"],
        summary: "Revoke a token",
        description:
          "The session of the refresh or access token ends (RFC 7009). Any other text is no error.",
        consumes: FORM,
        body: Revocation,
        response: { 200: Nothing, ...OAUTH_ERRORS },
      },
    },
    async (request, reply) => {
      await request.visit.limiter.limitDefault(undefined);
      await service.revoke(resources, request.body.token);
      return reply.code(200).send("");
    },
  );

  app.post(
    "/auth/refresh",
    {
      config: { access: "public" },
      schema: {
        operationId: "refresh",
        tags: ["auth"],
        summary: "Exchange a refresh token for new tokens",
        description: "A refresh token is single-use: a second use ends the whole session.",
        body: RefreshRequest,
        response: { 200: TokenPair, ...OAUTH_ERRORS },
      },
    },
    async (request) => {
      await request.visit.limiter.limitDefault(undefined);
      return service.refresh(resources, request.body.refresh_token);
    },
  );
};

export const privateAuthRoutes: Routes = async (app) => {
  const { resources } = app;

  app.post(
    "/auth/change-password",
    {
      config: { access: "account:write" },
      schema: {
        operationId: "changePassword",
        tags: ["auth"],
        summary: "Change the password",
        description: "Every other session ends.",
        body: PasswordChangeIn,
        response: { 204: nothing() },
      },
    },
    async (request, reply) => {
      const form = parseChange(request.body);
      const { principal } = request;
      await limitAuth(request, "change-password", principal.user.email);
      await service.changePassword(resources, principal, form);
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
        description: "The access and refresh tokens of this session are revoked immediately.",
        response: { 204: nothing() },
      },
    },
    async (request, reply) => {
      const { sessionId, user } = request.principal;
      await sessions.end(resources, sessionId, user.id);
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
      return reply.code(204).send(null);
    },
  );
};

type TokenForm = Static<typeof TokenRequest>;
type Pair = Static<typeof TokenPair>;

const signIn = async (
  resources: Resources,
  request: FastifyRequest,
  { username, password, scope = "" }: TokenForm,
): Promise<Pair> => {
  if (username === undefined || password === undefined) {
    throw invalidRequest("This grant needs username and password.");
  }
  const attempt = {
    email: parseUsername(username),
    password,
    clientAddress: request.requestContext.address,
  };
  return attempting(request, "token", attempt.email, () =>
    service.signIn(resources, attempt, scope),
  );
};

const exchange = async (
  resources: Resources,
  request: FastifyRequest,
  { refresh_token: token, scope }: TokenForm,
): Promise<Pair> => {
  if (token === undefined) {
    throw invalidRequest("This grant needs refresh_token.");
  }
  await request.visit.limiter.limitDefault(undefined);
  return service.refresh(resources, token, scope);
};
