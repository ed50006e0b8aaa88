import { expect } from "vitest";
import { clientOf } from "../http.ts";
import { withAccounts } from "./accounts.ts";
import type { OpenSignIn } from "./types.ts";

/** The first key of an account, which `create-admin` prints. */
export const apiKey: OpenSignIn = async () =>
  withAccounts(async ({ url }, _email, _password, key) => {
    expect(key).not.toBe("");
    return clientOf(url, { "x-api-key": key });
  });
