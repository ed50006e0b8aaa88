import createClient from "openapi-fetch";
import type { paths } from "./schema";
import { setting } from "./walk";

export const client = createClient<paths>({ baseUrl: setting("URL") });

/** Sends headers with each request from now on. */
export const sendAlways = (headers: Readonly<Record<string, string>>): void =>
  client.use({
    onRequest: ({ request }) => {
      for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
    },
  });
