/** The token that stands for a session: its secret is the id in the cookie. */

import type { Settings } from "../settings/index.ts";
import type { Token } from "../tokens/token.ts";

export const SESSION_KIND = "session";

/** Returns when the session ends unless it is used again. */
export const sessionEnd = (settings: Settings, token: Token): Date => {
  const usedAt = token.lastUsedAt ?? token.createdAt;
  const idleEnd = new Date(usedAt.getTime() + settings.sessionIdleSeconds * 1000);
  const { expiresAt = idleEnd } = token;
  return expiresAt < idleEnd ? expiresAt : idleEnd;
};
