import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { python } from "../fastapi.ts";
import { clientOf } from "../http.ts";
import type { Project } from "../project.ts";
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
  const server = isProduction
    ? createTlsServer(await makeCertificate(project), listener)
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
      ...(isProduction ? { SSL_CERT_FILE: join(project.folder, CERTIFICATE) } : {}),
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

const CERTIFICATE = "certificate.pem";
const PRIVATE_KEY = "private-key.pem";

const MAKE_CERTIFICATE = `
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization as form
from cryptography.hazmat.primitives.asymmetric import ec

key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
at = datetime.now(UTC)
certificate = (
    x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    .not_valid_before(at - timedelta(hours=1))
    .not_valid_after(at + timedelta(days=1))
    .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    .sign(key, hashes.SHA256())
)
Path(sys.argv[1]).write_bytes(certificate.public_bytes(form.Encoding.PEM))
Path(sys.argv[2]).write_bytes(
    key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
)`;

/** Makes a certificate of localhost that signs itself; Node can use one, but not make it. */
const makeCertificate = async (project: Project) => {
  await python(project, MAKE_CERTIFICATE, CERTIFICATE, PRIVATE_KEY);
  const [cert, key] = [CERTIFICATE, PRIVATE_KEY].map((name) =>
    readFileSync(join(project.folder, name)),
  );
  return { cert, key };
};
