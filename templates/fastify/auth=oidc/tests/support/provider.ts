/** An identity provider on this machine: discovery, keys, their rotation, and outages. */

import assert from "node:assert/strict";
import { createPublicKey, type KeyObject, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { type Fields, jwkOf, makeRsaKey, signed } from "./signing.ts";

export const AUDIENCE = "demo-audience";
export const DISCOVERY = "/realms/test/.well-known/openid-configuration";
export const JWKS = "/realms/test/keys";

/** Signs tokens and serves its public keys; `requests` counts what is asked of it. */
export class Provider {
  readonly requests: Record<string, number> = {};
  readonly answers = new Map<string, readonly [status: number, body: string]>();
  readonly privateKeys = new Map<string, KeyObject>();
  delay = 0;
  keyId = "";
  issuer: string;
  readonly #server: Server;

  private constructor(server: Server) {
    const { port } = server.address() as AddressInfo;
    this.#server = server;
    this.issuer = `http://127.0.0.1:${port}/realms/test`;
    this.rotate();
  }

  /** Listens until it is stopped, or nothing else keeps the process. */
  static async start(): Promise<Provider> {
    const server = createServer(async ({ url = "" }, response) => {
      provider.requests[url] = (provider.requests[url] ?? 0) + 1;
      const [status, body] = provider.answers.get(url) ?? [503, "{}"];
      await setTimeout(provider.delay, undefined, { ref: false });
      const isMoved = status >= 300 && status < 400;
      response.writeHead(status, { connection: "close", ...(isMoved ? { location: body } : {}) });
      response.end(Buffer.from(body, "latin1"));
    });
    server.listen(0, "127.0.0.1").unref();
    await once(server, "listening");
    const provider = new Provider(server);
    return provider;
  }

  /** Stops listening. */
  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get privateKey(): KeyObject {
    const key = this.privateKeys.get(this.keyId);
    assert.ok(key);
    return key;
  }

  /** Signs with a new key from now on, and serves the earlier ones too unless withdrawn. */
  rotate({ withdraws = false } = {}): void {
    if (withdraws) {
      this.privateKeys.clear();
    }
    this.keyId = randomUUID();
    this.privateKeys.set(this.keyId, makeRsaKey());
    this.publish();
  }

  /** Serves the keys and the discovery document, or others in their place. */
  publish(document: Fields = {}, keys: readonly unknown[] = this.publicKeys()): void {
    const base = this.issuer.replace(/\/realms\/test$/, "");
    const discovery = { issuer: this.issuer, jwks_uri: base + JWKS, ...document };
    this.answers.set(DISCOVERY, [200, JSON.stringify(discovery)]);
    this.answers.set(JWKS, [200, JSON.stringify({ keys })]);
  }

  publicKeys(): Fields[] {
    return [...this.privateKeys].map(([kid, key]) => ({
      ...jwkOf(createPublicKey(key)),
      kid,
      use: "sig",
      alg: "RS256",
    }));
  }

  /** Answers nothing but errors. */
  fail(): void {
    this.answers.clear();
  }

  /** Makes the claims of an access token (RFC 9068, 2.2); undefined leaves one out. */
  claims(subject: string, claims: Fields = {}): Fields {
    const at = seconds();
    return {
      iss: this.issuer,
      sub: subject,
      aud: AUDIENCE,
      iat: at,
      exp: at + 3600,
      jti: randomUUID(),
      client_id: "test-client",
      ...claims,
    };
  }

  /** Signs an access token. A header or a claim that is undefined is left out. */
  token(subject: string, claims: Fields = {}, headers: Fields = {}): string {
    return this.sign(this.claims(subject, claims), headers);
  }

  /** Signs any claims, or any bytes, with the current key. */
  sign(claims: Buffer | Fields, headers: Fields = {}): string {
    const given = { typ: "at+jwt", kid: this.keyId, ...headers };
    return signed(claims, this.privateKey, "RS256", given);
  }
}

/** Returns the time in seconds, so many from now. */
export const seconds = (later = 0): number => Math.floor(Date.now() / 1000) + later;

/** Runs a provider for a test of its own. */
export const startProvider = async (t: TestContext): Promise<Provider> => {
  const provider = await Provider.start();
  t.after(() => provider.stop());
  return provider;
};
