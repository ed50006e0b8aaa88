import assert from "node:assert/strict";
import { after, test } from "node:test";
import { parseJson } from "../src/security/json.ts";
import { startService } from "./support/service.ts";
import { signUp } from "./support/sign-up.ts";
import { costOf, fill, longestStep, MICROSECONDS } from "./support/steps.ts";

// Before any test is declared: the file's end would otherwise be the first pause.
// Without limits on rates, which would stop most of what follows at the door.
const service = await startService(
  { after },
  { DOCS_ENABLED: "true", RATE_LIMIT_ENABLED: "false" },
);
const { client } = await signUp(service, "admin");

const JSON_HEADERS = { "content-type": "application/json" };

// What takes most parsers long: each is as large as a body may be.
const BODIES: Readonly<Record<string, string>> = {
  "many values": `[${fill("0,")}0]`,
  "many names": `{${Array.from({ length: 100_000 }, (_, index) => `"${index}":0`).join(",")}}`,
  "many strings": `[${fill('"",')}""]`,
  "many levels": fill("["),
  "many objects": fill('{"a":'),
  "a long text": `{"full_name":"${fill("a")}"}`,
  "a text of escapes": `{"full_name":"${fill("\\u0061")}"}`,
  backslashes: `"${fill("\\")}`,
  quotes: fill('"'),
  digits: fill("9"),
  spaces: `{${fill(" ")}}`,
  colons: fill(":"),
  "unknown fields": `{${Array.from({ length: 9_000 }, (_, index) => `"f${index}":0`).join(",")}}`,
  "a long name": `{"${fill("a")}":0}`,
};

test("no parser takes long", () => {
  for (const [name, text] of Object.entries(BODIES)) {
    const body = Buffer.from(text);
    parseJsonSafely(body);
    assert.ok(costOf(() => parseJson(body)) < MICROSECONDS, name);
  }
});

const parseJsonSafely = (body: Buffer): void => {
  try {
    parseJson(body);
  } catch {
    // The first time, the code is compiled.
  }
};

test("no body or query blocks other requests", async () => {
  const requests = [
    ...Object.values(BODIES).map(
      (content) => () => client.patch("/api/v1/users/me", { content, headers: JSON_HEADERS }),
    ),
    ...["a=1&", "%41", "a[", "limit=1&"].map(
      (unit) => () => client.get(`/api/v1/users?${fill(unit, 16_000)}`),
    ),
    () => client.get(`/api/v1/users/${fill("a", 16_000)}`),
    () => client.get(`/${fill("a/", 16_000)}`),
  ];
  for (const request of requests) await request();
  for (const [index, request] of requests.entries()) {
    // Other work of the machine may come in between once, but not each time.
    const steps = [
      await longestStep(request),
      await longestStep(request),
      await longestStep(request),
    ];
    assert.ok(Math.min(...steps) < MICROSECONDS, `${index}: ${steps}`);
  }
});

// In the reverse of the order in which they are composed, sorting them takes quadratic time.
const MARKS = `a${"\u0301".repeat(9_000)}${"\u0316".repeat(9_000)}`;
const TEXTS = [
  `a@${fill("b.", 1_000_000)}`,
  fill("aB1!", 1_000_000),
  MARKS,
  `${MARKS}@example.com`,
  `a@${MARKS}.com`,
];

interface Operation {
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: { readonly $ref: string } }>>;
  };
}

test("a long text in any field of a body blocks no other request", async () => {
  const { paths, components } = (await client.get("/openapi.json")).json();
  const requests: [string, () => Promise<unknown>][] = [];
  for (const [template, operations] of Object.entries<Record<string, Operation>>(paths)) {
    const path = template.replaceAll(/\{\w+\}/g, "01890000-0000-7000-8000-000000000000");
    for (const [method, { requestBody }] of Object.entries(operations)) {
      const name = requestBody?.content["application/json"]?.schema.$ref.split("/").at(-1);
      for (const field of Object.keys(components.schemas[name ?? ""]?.properties ?? {})) {
        for (const text of TEXTS) {
          const json = { [field]: text };
          const send = () => client.request(method.toUpperCase() as "POST", path, { json });
          requests.push([`${method} ${path} ${field}`, send]);
        }
      }
    }
  }
  assert.ok(requests.length >= 6, String(requests.length));
  for (const [, send] of requests) await send();
  for (const [what, send] of requests) {
    const steps = [await longestStep(send), await longestStep(send)];
    assert.ok(Math.min(...steps) < MICROSECONDS, `${what}: ${steps}`);
  }
});

test("no header stalls the others", async () => {
  const values = [
    fill("a", 16_000),
    fill(",", 16_000),
    fill(";", 16_000),
    fill("a=b; ", 16_000),
    fill("for=", 16_000),
    fill('"', 16_000),
  ];
  const names = [
    "authorization",
    "cookie",
    "origin",
    "content-type",
    "x-forwarded-for",
    "forwarded",
    "x-request-id",
    "host",
    "accept",
    "user-agent",
  ];
  for (const name of names) {
    for (const value of values) {
      const ask = () => client.get("/api/v1/users/me", { headers: { [name]: value } });
      const steps = [await longestStep(ask), await longestStep(ask)];
      assert.ok(Math.min(...steps) < MICROSECONDS, `${name}: ${steps}`);
    }
  }
});
