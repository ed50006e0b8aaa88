import { issueTokens, type TokenPair, type TokenRequest } from "./client";
import { client } from "./client/client.gen";
import { setting } from "./walk";

let pair: TokenPair | undefined;

const take = async (body: TokenRequest): Promise<void> => {
  const { data } = await issueTokens({ body, throwOnError: true });
  pair = data;
  client.setConfig({ auth: data.access_token });
};

export const signIn = (): Promise<void> =>
  take({ grant_type: "password", username: setting("EMAIL"), password: setting("PASSWORD") });

export const refresh = (): Promise<void> =>
  take({ grant_type: "refresh_token", refresh_token: pair?.refresh_token ?? "" });
