import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import Provider, { type JWK } from "oidc-provider";

export const AUDIENCE = "the-service";
export const ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** An identity provider that gives access tokens to clients; each client is one subject. */
export type Issuer = {
  /** What answers for the provider with the keys that it has now. */
  readonly listener: () => RequestListener;
  /** Signs with new keys from now on, and publishes the earlier ones too. */
  readonly rotate: () => void;
  readonly token: (subject: string, algorithm?: Algorithm) => Promise<string>;
};

/** @param desk where this process reaches the listener, to ask for tokens */
export const makeIssuer = (
  issuer: string,
  desk: string,
  roles: Readonly<Record<string, readonly string[]>>,
): Issuer => {
  const secret = randomBytes(32).toString("hex");
  let keys = ALGORITHMS.map(makeKey);
  return {
    listener: () => makeProvider(issuer, secret, keys, roles).callback(),
    rotate: () => {
      keys = [...ALGORITHMS.map(makeKey), ...keys];
    },
    token: async (subject, algorithm = "ES256") => {
      const form = {
        grant_type: "client_credentials",
        client_id: subject,
        client_secret: secret,
        resource: `https://api.example.com/${algorithm}`,
      };
      const answer = await fetch(`${desk}/token`, {
        method: "POST",
        body: new URLSearchParams(form),
      });
      const { access_token: token } = (await answer.json()) as { access_token?: string };
      if (token === undefined) throw new Error(`the provider answered ${answer.status}`);
      return token;
    },
  };
};

/** An identity provider on a port of its own, with one subject that has no role. */
export const openIssuer = async (subject: string) => {
  let listener: RequestListener = (_, response) => response.destroy();
  const server = createServer((request, response) => listener(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const provider = makeIssuer(issuer, issuer, { [subject]: [] });
  listener = provider.listener();
  return {
    settings: { OIDC_ISSUER: issuer, OIDC_AUDIENCE: AUDIENCE },
    token: () => provider.token(subject),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

const makeProvider = (
  issuer: string,
  secret: string,
  keys: readonly JWK[],
  roles: Readonly<Record<string, readonly string[]>>,
): Provider =>
  new Provider(issuer, {
    jwks: { keys: [...keys] },
    clients: Object.keys(roles).map((subject) => ({
      client_id: subject,
      client_secret: secret,
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
    })),
    ttl: { ClientCredentials: 300 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          scope: "",
          audience: AUDIENCE,
          accessTokenFormat: "jwt",
          accessTokenTTL: 300,
          jwt: { sign: { alg: resource.split("/").at(-1) as Algorithm } },
        }),
      },
    },
    extraTokenClaims: (_, { clientId = "" }) => ({ email: clientId, roles: roles[clientId] }),
  });

const makeKey = (algorithm: Algorithm): JWK => ({
  ...privateKey(algorithm).export({ format: "jwk" }),
  alg: algorithm,
  kid: randomBytes(8).toString("hex"),
  use: "sig",
});

const privateKey = (algorithm: Algorithm): KeyObject => {
  if (algorithm === "ES256") return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  if (algorithm === "RS256" || algorithm === "PS256") {
    return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  }
  return generateKeyPairSync("ed25519").privateKey;
};
