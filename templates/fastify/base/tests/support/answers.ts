/** An answer of each kind that the service gives. */

import type { App } from "../../src/routing.ts";
import { type Answer, Client } from "./client.ts";
import { OPEN_URL, withOpenRoute } from "./open-route.ts";
import type { Service } from "./service.ts";
import { signUp } from "./sign-up.ts";

const PROXY = "10.0.0.1";
/** Settings under which each kind is quickly had. */
export const TIGHT = {
  DOCS_ENABLED: "true",
  MAX_BODY_BYTES: "1024",
  REQUEST_TIMEOUT_SECONDS: "1",
  TRUSTED_PROXIES: "10.0.0.0/8",
};
const ME = "/api/v1/users/me";
const JSON_HEADERS = { "content-type": "application/json" };
const PLAIN = { "x-forwarded-for": "192.0.2.7", "x-forwarded-proto": "http" };

/** Routes that fail as those of the service must not. */
export const failing = (app: App): void => {
  withOpenRoute(app);
  app.get("/api/v1/crash", async () => {
    throw new Error("secret of the crash");
  });
  app.get("/api/v1/slow", () => new Promise(() => {}));
  app.get("/api/v1/made", async (_request, reply) => reply.code(201).send({}));
};

/** Yields an answer of each kind to a page, with the status that it has to have. */
export async function* everyKindOfAnswer(
  service: Service,
  origin: string,
): AsyncGenerator<readonly [number, Answer]> {
  const { client: user } = await signUp(service);
  user.headers["origin"] = origin;
  yield [200, await user.get(ME)];
  yield [200, await user.patch(ME, { json: { full_name: "New" } })];
  yield [403, await user.get("/api/v1/users")];
  yield [422, await user.patch(ME, { json: { full_name: "" } })];
  yield [201, await user.get("/api/v1/made")];
  yield [204, await user.delete(ME)];
  const nobody = service.client;
  nobody.headers["origin"] = origin;
  yield [200, await nobody.get("/health/live")];
  yield [200, await nobody.get("/health/ready")];
  yield [200, await nobody.get("/openapi.json")];
  const preflight = { "access-control-request-method": "GET" };
  yield [204, await nobody.request("OPTIONS", ME, { headers: preflight })];
  yield [400, await nobody.get(ME, { headers: { host: "evil.example" } })];
  yield [400, await nobody.get("/api/v1/%zz")];
  yield [400, await nobody.post(OPEN_URL, { content: "{", headers: JSON_HEADERS })];
  yield [401, await nobody.get(ME)];
  const foreign = { headers: { ...preflight, origin: "https://evil.example" } };
  yield [403, await nobody.request("OPTIONS", ME, foreign)];
  yield [404, await nobody.get("/api/v1/nowhere")];
  yield [405, await nobody.request("PUT", ME)];
  yield [413, await nobody.patch(ME, { content: "x".repeat(2_000) })];
  yield [415, await nobody.post(OPEN_URL, { content: "x" })];
  yield [500, await nobody.get("/api/v1/crash")];
  yield [503, await nobody.get("/api/v1/slow")];
  if (service.resources.settings.environment !== "production") return;
  const proxied = new Client(service.app, PROXY);
  proxied.headers["origin"] = origin;
  yield [308, await proxied.get("/nowhere", { headers: PLAIN })];
  yield [403, await proxied.get(ME, { headers: PLAIN })];
}
