import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { makeCertificate } from "../certificate.ts";
import { type Client, clientOf, expectStatus } from "../http.ts";
import type { Service } from "../service.ts";
import { ALGORITHMS, type Algorithm, AUDIENCE, makeIssuer } from "./oidc-issuer.ts";
import { ADDRESSES, type OpenSignIn } from "./types.ts";

const ROLES = { [ADDRESSES.admin]: ["api-admins"], [ADDRESSES.user]: [] };
const REFRESH_SECONDS = 1;
const ME = "/api/v1/users/me";

/** Access tokens of a real identity provider, over TLS where production asks for it. */
export const oidc: OpenSignIn = async (project) => {
  const isProduction = project.selection.environment === "production";
  let answer: RequestListener = (_, response) => response.writeHead(503).end();
  const listener: RequestListener = (request, response) => answer(request, response);
  // Tokens are asked for here; the service asks for keys at `server`.
  const desk = createServer(listener);
  const { certificate, privateKey } = await makeCertificate(project, "localhost");
  const server = isProduction
    ? createTlsServer({ cert: readFileSync(certificate), key: readFileSync(privateKey) }, listener)
    : desk;
  const listening = [...new Set([desk, server])];
  for (const each of listening) {
    // Making keys takes longer than a connection may be idle by default.
    each.keepAliveTimeout = 60_000;
    each.listen(0, "127.0.0.1");
    await once(each, "listening");
  }
  const [deskPort, port] = [desk, server].map((each) => (each.address() as AddressInfo).port);
  const issuer = `${isProduction ? "https" : "http"}://localhost:${port}`;
  const provider = makeIssuer(issuer, `http://localhost:${deskPort}`, ROLES);
  answer = provider.listener();

  const caller = async (service: Service, email: string, algorithm?: Algorithm): Promise<Client> =>
    clientOf(service.url, { authorization: `Bearer ${await provider.token(email, algorithm)}` });

  /** Every algorithm, keys that are replaced, and a provider that is away for a while. */
  const expectKeysToBeFollowed = async (service: Service): Promise<void> => {
    const callers = () =>
      Promise.all(ALGORITHMS.map((algorithm) => caller(service, ADDRESSES.user, algorithm)));
    const first = await callers();
    for (const call of first) expectStatus(await call("GET", ME), 200);

    provider.rotate();
    answer = provider.listener();
    const second = await callers();
    await sleep(REFRESH_SECONDS * 1100);
    for (const call of [...second, ...first]) expectStatus(await call("GET", ME), 200);

    provider.rotate();
    answer = provider.listener();
    const third = await callers();
    answer = (_, response) => response.writeHead(503).end();
    await sleep(REFRESH_SECONDS * 1100);
    for (const call of third) expectStatus(await call("GET", ME), 503);
    for (const call of [...second, ...first]) expectStatus(await call("GET", ME), 200);

    answer = provider.listener();
    await sleep(REFRESH_SECONDS * 1100);
    for (const call of third) expectStatus(await call("GET", ME), 200);
  };

  return {
    settings: {
      OIDC_ISSUER: issuer,
      OIDC_AUDIENCE: AUDIENCE,
      OIDC_ROLE_MAPPING: "admin=api-admins",
      OIDC_JWKS_MIN_REFRESH_SECONDS: `${REFRESH_SECONDS}`,
      // Whom a service of Python trusts, and whom one of Node.
      ...(isProduction ? { SSL_CERT_FILE: certificate, NODE_EXTRA_CA_CERTS: certificate } : {}),
    },
    callers: async (service) => {
      await expectKeysToBeFollowed(service);
      return {
        admin: await caller(service, ADDRESSES.admin),
        user: await caller(service, ADDRESSES.user),
      };
    },
    close: async () => {
      for (const each of listening) {
        each.closeAllConnections();
        each.close();
        await once(each, "close");
      }
    },
  };
};
