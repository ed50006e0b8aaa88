/** The token that stands for a session: its latest refresh token. */

import type { Settings } from "../settings/index.ts";
import type { Token } from "../tokens/token.ts";
import { REFRESH } from "./refresh-tokens.ts";

export const SESSION_KIND = REFRESH;

/** Returns when the session ends unless it is used again. */
export const sessionEnd = (_settings: Settings, token: Token): Date =>
  token.expiresAt ?? token.createdAt;
