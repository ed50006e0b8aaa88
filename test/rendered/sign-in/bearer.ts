import { clientOf, expectStatus } from "../http.ts";
import { withAccounts } from "./accounts.ts";
import type { OpenSignIn } from "./types.ts";

/** A bearer token for a password (OAuth2, as `jwt` and `opaque` have it). */
export const bearer: OpenSignIn = async () =>
  withAccounts(async ({ url }, username, password) => {
    const form = new URLSearchParams({ grant_type: "password", username, password });
    const answer = await clientOf(url)("POST", "/api/v1/auth/token", form);
    const { access_token: token } = expectStatus(answer, 200);
    return clientOf(url, { authorization: `Bearer ${token}` });
  });
