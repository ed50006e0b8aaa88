/** Account management over HTTP, without signing in. */

import { sendOnRegistration, sendOnRequest } from "../mail/handover.ts";
import type { Routes } from "../routing.ts";
import { nothing } from "../schemas.ts";
import * as pages from "../users/pages.ts";
import {
  ACCEPTED,
  Accepted,
  EmailVerificationIn,
  ForgottenPasswordIn,
  PasswordResetIn,
  parseForgotten,
  parseRegistration,
  parseReset,
  RegistrationIn,
} from "./account-schemas.ts";
import * as accounts from "./accounts.ts";
import { afterResponse } from "./after-response.ts";
import { limitAuth } from "./rate-limit.ts";
import * as registration from "./registration.ts";

export const accountRoutes: Routes = async (app) => {
  const { resources } = app;

  app.post(
    "/auth/register",
    {
      config: { access: "public" },
      schema: {
        operationId: "register",
        tags: ["accounts"],
        summary: "Create an account",
        description:
          "The response is the same if the address already has an account; its owner is notified " +
          "by mail.",
        body: RegistrationIn,
        response: { 202: Accepted },
      },
    },
    async (request, reply) => {
      const form = parseRegistration(request.body);
      await limitAuth(request, "register");
      await registration.register(resources, form);
      await pages.forget(resources);
      afterResponse(resources, reply, () =>
        sendOnRegistration(resources, "sendRegistration", form.email),
      );
      return reply.code(202).send(ACCEPTED);
    },
  );

  app.post(
    "/auth/verify-email",
    {
      config: { access: "public" },
      schema: {
        operationId: "verifyEmail",
        tags: ["accounts"],
        summary: "Verify an e-mail address with the token that was mailed to it",
        body: EmailVerificationIn,
        response: { 204: nothing() },
      },
    },
    async (request, reply) => {
      await limitAuth(request, "verify-email");
      const { token } = request.body;
      await resources.database.transaction((transaction) =>
        accounts.verifyEmail(transaction, resources, token),
      );
      await pages.forget(resources);
      return reply.code(204).send(null);
    },
  );

  app.post(
    "/auth/forgot-password",
    {
      config: { access: "public" },
      schema: {
        operationId: "forgotPassword",
        tags: ["accounts"],
        summary: "Mail a token for setting a new password, if the address has an account",
        body: ForgottenPasswordIn,
        response: { 202: Accepted },
      },
    },
    async (request, reply) => {
      const email = parseForgotten(request.body);
      await limitAuth(request, "forgot-password");
      // The job does the look-up as well, so that the response cannot depend on its result.
      afterResponse(resources, reply, () => sendOnRequest(resources, "sendPasswordReset", email));
      return reply.code(202).send(ACCEPTED);
    },
  );

  app.post(
    "/auth/reset-password",
    {
      config: { access: "public" },
      schema: {
        operationId: "resetPassword",
        tags: ["accounts"],
        summary: "Set a new password with the mailed token",
        description: "Every session of the account ends.",
        body: PasswordResetIn,
        response: { 204: nothing() },
      },
    },
    async (request, reply) => {
      const form = parseReset(request.body);
      await limitAuth(request, "reset-password");
      await accounts.resetPassword(resources, form, request.requestContext.address);
      await pages.forget(resources);
      return reply.code(204).send(null);
    },
  );
};
