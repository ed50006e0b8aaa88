import { signIn as send } from "./client";
import { client } from "./client/client.gen";
import { setting } from "./walk";

export const signIn = async (): Promise<void> => {
  // What a browser adds by itself.
  client.setConfig({ headers: { Origin: setting("URL") } });
  const body = { email: setting("EMAIL"), password: setting("PASSWORD") };
  const { data, response } = await send({ body, throwOnError: true });
  const [cookie = ""] = response.headers.getSetCookie();
  const session = cookie.slice(cookie.indexOf("=") + 1, cookie.indexOf(";"));
  client.setConfig({ auth: ({ in: place }) => (place === "cookie" ? session : data.csrf_token) });
};

export const refresh = undefined;
