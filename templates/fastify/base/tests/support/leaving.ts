/** Clients that leave while their request is worked on. */

import { once } from "node:events";
import type { App } from "../../src/routing.ts";

const FIELD = "x-leaves";

/** Lets the clients of `leave` go before the handler of their request begins. */
export const letGo = (app: App): void => {
  app.addHook("preHandler", async ({ headers, raw: { socket } }) => {
    if (headers[FIELD] === undefined) return;
    socket.destroy();
    await once(socket, "close");
  });
};

/** Sends a request over a real connection, whose client does not wait for the answer. */
export const leave = async (url: string, request: RequestInit = {}): Promise<void> => {
  const headers = new Headers(request.headers);
  headers.set(FIELD, "1");
  await fetch(url, { ...request, headers }).catch(() => undefined);
};
