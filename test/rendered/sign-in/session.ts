import { expect } from "vitest";
import { clientOf, expectStatus } from "../http.ts";
import { withAccounts } from "./accounts.ts";
import type { OpenSignIn } from "./types.ts";

const ORIGIN = "https://app.example.com";

/** A session cookie for a password, with the session's CSRF token and the page's origin. */
export const session: OpenSignIn = async () =>
  withAccounts(
    async ({ url }, email, password) => {
      const origin = { origin: ORIGIN };
      const body = { email, password };
      const answer = await clientOf(url, origin)("POST", "/api/v1/auth/login", body);
      const { csrf_token: token } = expectStatus(answer, 200);
      const [cookie = ""] = answer.headers.get("set-cookie")?.split(";") ?? [];
      const forged = await clientOf(url, { ...origin, cookie })("POST", "/api/v1/auth/logout");
      expect(forged.status, "without the CSRF token").toBe(403);
      return clientOf(url, { ...origin, cookie, "x-csrf-token": token });
    },
    { CORS_ORIGINS: ORIGIN },
  );
