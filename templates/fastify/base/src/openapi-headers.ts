/** The headers of responses in the OpenAPI document. */

export const HEADERS = {
  "X-Request-ID": {
    description: "Request id, also found in the log of the service.",
    schema: { type: "string", pattern: "^[A-Za-z0-9-]{8,64}$", maxLength: 64 },
  },
  Location: {
    description: "Path of the created resource.",
    schema: { type: "string", format: "uri-reference", maxLength: 2048 },
  },
  "WWW-Authenticate": {
    description: "How to authenticate, and what is wrong with the credential (RFC 9110, 11.6.1).",
    schema: { type: "string", maxLength: 256 },
  },
  "Retry-After": {
    description: "Seconds to wait before the next request.",
    schema: { type: "integer", format: "int32", minimum: 0, maximum: 86400 },
  },
  RateLimit: {
    description: "Requests left within the limit (`r`), and seconds until it resets (`t`).",
    schema: { type: "string", maxLength: 128 },
  },
  "RateLimit-Policy": {
    description: "Requests (`q`) that the limit allows in a window of seconds (`w`).",
    schema: { type: "string", maxLength: 128 },
  },
} as const;

type Name = keyof typeof HEADERS;

const SENT_WITH: Readonly<Record<number, readonly Name[]>> = {
  201: ["Location"],
  401: ["WWW-Authenticate"],
  429: ["Retry-After", "RateLimit", "RateLimit-Policy"],
  503: ["Retry-After"],
};

/** Returns the headers of the responses of a status. */
export const headersOf = (status: number): Readonly<Record<string, object>> =>
  Object.fromEntries(
    ["X-Request-ID", ...(SENT_WITH[status] ?? [])].map((name) => [
      name,
      { $ref: `#/components/headers/${name}` },
    ]),
  );
