import { client, sendAlways } from "./client";
import type { components } from "./schema";
import { setting } from "./walk";

let pair: components["schemas"]["TokenPair"] | undefined;

const take = async (body: components["schemas"]["TokenRequest"]): Promise<void> => {
  const { data, error } = await client.POST("/api/v1/auth/token", {
    body,
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  });
  if (data === undefined) throw new Error(error.detail);
  pair = data;
  sendAlways({ Authorization: `Bearer ${data.access_token}` });
};

export const signIn = (): Promise<void> =>
  take({ grant_type: "password", username: setting("EMAIL"), password: setting("PASSWORD") });

export const refresh = (): Promise<void> =>
  take({ grant_type: "refresh_token", refresh_token: pair?.refresh_token ?? "" });
