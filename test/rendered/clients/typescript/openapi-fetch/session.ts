import { client, sendAlways } from "./client";
import { setting } from "./walk";

export const signIn = async (): Promise<void> => {
  // What a browser adds by itself.
  sendAlways({ Origin: setting("URL") });
  const body = { email: setting("EMAIL"), password: setting("PASSWORD") };
  const { data, error, response } = await client.POST("/api/v1/auth/login", { body });
  if (data === undefined) throw new Error(error.detail);
  const [cookie = ""] = response.headers.getSetCookie();
  sendAlways({
    Cookie: cookie.slice(0, cookie.indexOf(";")),
    "X-CSRF-Token": data.csrf_token,
  });
};

export const refresh = undefined;
