/** Any bytes in place of a credential: no crash, and no access. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { startService } from "../support/service.ts";
import { CREDENTIAL_HEADERS, CREDENTIAL_START } from "../support/sign-in.ts";
import { signUp } from "../support/sign-up.ts";

const ME = "/api/v1/users/me";
const EXAMPLES = 120;
const HEADERS = [
  "if-match",
  "if-none-match",
  "if-modified-since",
  "range",
  "accept",
  "accept-encoding",
  "accept-language",
  "origin",
  "referer",
  "x-request-id",
  "x-forwarded-for",
  "forwarded",
  "traceparent",
];

/** Bytes that look random and are the same in every run; what no header can hold is left out. */
const bytesOf = (seed: string): Buffer => {
  const bytes = createHash("sha512").update(seed).digest();
  return bytes.subarray(0, (bytes[0] ?? 0) % 60);
};

const textOf = (seed: string): string =>
  String.fromCharCode(...bytesOf(seed).filter((byte) => byte >= 0x20 && byte !== 0x7f));

test("no bytes crash or authenticate", async (t) => {
  const { client } = await startService(t);
  const names = ["authorization", "cookie", ...CREDENTIAL_HEADERS];
  const [first = "authorization"] = CREDENTIAL_HEADERS;
  for (let number = 0; number < EXAMPLES; number++) {
    const value = textOf(`value ${number}`);
    const name = names[number % names.length] ?? first;
    const headers = number % 2 ? { [name]: value } : { [first]: `${CREDENTIAL_START}${value}` };
    for (const method of ["GET", "DELETE"] as const) {
      const answer = await client.request(method, ME, { headers });
      assert.equal(answer.statusCode, 401, JSON.stringify(headers));
    }
  }
});

test("no other header is a crash", async (t) => {
  const { client } = await signUp(await startService(t));
  for (let number = 0; number < EXAMPLES; number++) {
    const name = HEADERS[number % HEADERS.length] ?? "accept";
    const headers = { [name]: textOf(`header ${number}`) };
    const { statusCode } = await client.get(ME, { headers });
    assert.ok(statusCode === 200 || statusCode === 403, JSON.stringify(headers));
  }
});

test("no cursor or limit is a crash", async (t) => {
  const { client } = await signUp(await startService(t), "admin");
  for (let number = 0; number < EXAMPLES; number++) {
    const cursor = [...bytesOf(`cursor ${number}`)]
      .map((byte) => `%${byte.toString(16).padStart(2, "0")}`)
      .join("");
    const limit = encodeURIComponent(textOf(`limit ${number}`));
    const { statusCode } = await client.get(`/api/v1/users?cursor=${cursor}&limit=${limit}`);
    assert.ok(statusCode === 422 || statusCode === 400, `${cursor} ${limit}`);
  }
});
