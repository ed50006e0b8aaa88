/** Shapes of API keys over HTTP. */

import { ALL_PERMISSIONS } from "../auth/permissions.ts";
import { type Static, Type } from "../json-schema.ts";
import { page } from "../pagination.ts";
import { id, input, moment, nullable, oneOf, output } from "../schemas.ts";
import "../text.ts";
import type { ApiKey } from "./model.ts";

const MAX_SCOPES = 100;
const NAME = { minLength: 1, maxLength: 100 };

const MEMBERS = {
  id: id(),
  user_id: id(),
  name: Type.String(NAME),
  scopes: Type.Array(Type.String({ maxLength: 64 }), { maxItems: MAX_SCOPES }),
  created_at: moment(),
  expires_at: nullable(moment()),
  last_used_at: nullable(moment()),
};

export const ApiKeyOut = output(
  "ApiKeyOut",
  MEMBERS,
  "A key in a list. A lost secret cannot be retrieved: create a new key.",
);
export const IssuedApiKeyOut = output(
  "IssuedApiKeyOut",
  { ...MEMBERS, key: Type.String({ maxLength: 128 }) },
  "The only response that contains the key itself.",
);
export const ApiKeyPage = page("ApiKeyPage", ApiKeyOut, "A page of keys.");

export type ApiKeyCreate = Static<typeof ApiKeyCreate>;
export const ApiKeyCreate = input(
  "ApiKeyCreate",
  {
    name: Type.String({ ...NAME, format: "line", examples: ["Nightly import"] }),
    scopes: Type.Array(oneOf(ALL_PERMISSIONS, { title: "Permission" }), {
      minItems: 1,
      maxItems: MAX_SCOPES,
      examples: [["account:write"]],
    }),
    expires_at: Type.Optional(nullable(Type.String({ format: "date-time" }))),
    user_id: Type.Optional(nullable(id())),
  },
  "`user_id` gives the key to another account; that needs `users:write`.",
);

/** The path of a key. */
export const KeyPath = input("KeyPath", { key_id: id() });

/** A key as a response has it. */
export const keyOut = ({ token, name }: ApiKey): Static<typeof ApiKeyOut> => ({
  id: token.id,
  user_id: token.userId,
  name,
  scopes: [...(token.scopes ?? [])].sort(),
  created_at: token.createdAt,
  expires_at: token.expiresAt ?? null,
  last_used_at: token.lastUsedAt ?? null,
});
