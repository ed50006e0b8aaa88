import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { makeCertificate } from "../certificate.ts";
import { clientOf } from "../http.ts";
import { ADDRESSES, type OpenSignIn } from "./types.ts";

const AUDIENCE = "the-service";
const KEY_ID = "first";

/** An access token of an identity provider, which runs here; over TLS where production asks it. */
export const oidc: OpenSignIn = async (project) => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const answers = new Map<string | undefined, object>();
  const isProduction = project.selection.environment === "production";
  const listener: Parameters<typeof createServer>[1] = (request, response) => {
    const answer = answers.get(request.url);
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? {}));
  };
  const { certificate, privateKey: certificateKey } = await makeCertificate(project, "localhost");
  const server = isProduction
    ? createTlsServer(
        { cert: readFileSync(certificate), key: readFileSync(certificateKey) },
        listener,
      )
    : createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const issuer = `${isProduction ? "https" : "http"}://localhost:${port}`;
  const key = { ...publicKey.export({ format: "jwk" }), kid: KEY_ID, use: "sig", alg: "ES256" };
  answers.set("/.well-known/openid-configuration", { issuer, jwks_uri: `${issuer}/keys` });
  answers.set("/keys", { keys: [key] });

  const token = (email: string, ...roles: string[]): string => {
    const at = Math.floor(Date.now() / 1000);
    const life = { iat: at, exp: at + 300, jti: randomUUID() };
    const claims = {
      iss: issuer,
      aud: AUDIENCE,
      sub: email,
      client_id: "walk",
      email,
      roles,
      ...life,
    };
    const signed = [{ alg: "ES256", typ: "at+jwt", kid: KEY_ID }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    const signature = sign("sha256", Buffer.from(signed), {
      key: privateKey,
      dsaEncoding: "ieee-p1363",
    });
    return `${signed}.${signature.toString("base64url")}`;
  };
  return {
    settings: {
      OIDC_ISSUER: issuer,
      OIDC_AUDIENCE: AUDIENCE,
      OIDC_ROLE_MAPPING: "admin=api-admins",
      ...(isProduction ? { SSL_CERT_FILE: certificate } : {}),
    },
    callers: async ({ url }) => {
      const caller = (...about: Parameters<typeof token>) =>
        clientOf(url, { authorization: `Bearer ${token(...about)}` });
      return { admin: caller(ADDRESSES.admin, "api-admins"), user: caller(ADDRESSES.user) };
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};
