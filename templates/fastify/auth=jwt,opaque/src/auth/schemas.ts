/** Requests and responses of the OAuth2 password flow (RFC 6749, 4.3 and 6) and RFC 7009. */

import { Type } from "../json-schema.ts";
import { input, nothing, output } from "../schemas.ts";
import { USERNAME } from "./account-schemas.ts";
import { PASSWORD } from "./password-text.ts";

const REFRESH_SECRET = Type.String({ minLength: 1, maxLength: 128, format: "password" });
const SCOPE = Type.String({ maxLength: 1000 });

/**
 * A form whose unknown fields are ignored (RFC 6749, 3.2): clients send `client_id`, `client_secret`
 * and whatever else their libraries know of.
 */
const lenientForm = output;

export const TokenRequest = lenientForm(
  "TokenRequest",
  {
    grant_type: Type.String({ minLength: 1, maxLength: 100, examples: ["password"] }),
    username: Type.Optional(USERNAME),
    password: Type.Optional(PASSWORD),
    refresh_token: Type.Optional(REFRESH_SECRET),
    scope: Type.Optional(SCOPE),
  },
  "What each `grant_type` needs is in the description of its endpoint.",
);

export const Revocation = lenientForm("Revocation", {
  token: Type.String({
    minLength: 1,
    maxLength: 4096,
    format: "password",
    examples: ["a-token-of-the-session"],
  }),
});

/** Nothing, in an answer with the status 200. */
export const Nothing = Type.Unsafe<string>(nothing());

export const RefreshRequest = input("RefreshRequest", {
  refresh_token: Type.String({
    minLength: 1,
    maxLength: 128,
    format: "password",
    examples: ["the-newest-refresh-token"],
  }),
});

export const TokenPair = output(
  "TokenPair",
  {
    access_token: Type.String({ maxLength: 4096 }),
    token_type: Type.Unsafe<"bearer">({ type: "string", const: "bearer" }),
    expires_in: Type.Integer({ format: "int32", minimum: 1, maximum: 3600 }),
    refresh_token: Type.String({ maxLength: 128 }),
    scope: SCOPE,
  },
  "An access token for each request, and a refresh token that gets the next pair, once.",
);
