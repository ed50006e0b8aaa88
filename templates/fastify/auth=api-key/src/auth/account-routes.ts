/** Account creation over HTTP. */

import { Conflict } from "../errors.ts";
import { made, type Routes } from "../routing.ts";
import * as pages from "../users/pages.ts";
import { UserOut, userOut } from "../users/schemas.ts";
import { AccountCreate, parseAccount } from "./account-schemas.ts";
import * as accounts from "./accounts.ts";

export const accountRoutes: Routes = async (app) => {
  const { resources } = app;

  app.post(
    "/users",
    {
      config: { access: "users:write", errors: [Conflict] },
      schema: {
        operationId: "createUser",
        tags: ["users"],
        summary: "Create an account",
        description: "It has no access until a key is created for it.",
        body: AccountCreate,
        response: { 201: UserOut },
      },
    },
    async (request, reply) => {
      const form = parseAccount(request.body);
      const { principal } = request;
      const user = await resources.database.transaction((transaction) =>
        accounts.create(transaction, principal, form),
      );
      await pages.forget(resources);
      made(reply, user.id);
      return userOut(user);
    },
  );
};
