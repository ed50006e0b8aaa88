/** What Spectral's rules for the OWASP API Top 10 find in the document and what stays, with why. */
export const findings: readonly {
  readonly rule: string;
  /** Where, of the paths in the document that are joined by spaces. */
  readonly at: RegExp;
  readonly because: string;
}[] = [
  {
    rule: "owasp:api2:2023-read-restricted",
    at: /^paths \/health\//,
    because: "Probes of orchestrators and load balancers have no credentials.",
  },
  {
    rule: "owasp:api2:2023-write-restricted",
    at: /^paths \/api\/v1\/auth\/(token|refresh|revoke|login|register|verify-email|(forgot|reset)-password) post /,
    because: "Who calls these has no access yet: they bring a password, a refresh token or a code.",
  },
  {
    rule: "owasp:api2:2023-jwt-best-practices",
    at: /^components securitySchemes /,
    because:
      "It asks for the words 'RFC8725'; the tests of access tokens prove what that RFC says.",
  },
  {
    rule: "owasp:api4:2023-rate-limit",
    at: / headers$/,
    because: "The fields are sent with a 429 alone: before it, they would tell how far one may go.",
  },
  {
    rule: "owasp:api4:2023-rate-limit-responses-429",
    at: /^paths \/health\//,
    because: "A probe that is refused would take a service that works out of rotation.",
  },
  {
    rule: "owasp:api4:2023-string-limit",
    at: /(_at|id|anyOf 0|parameters 0 schema)$/,
    because: "The format, uuid or date-time, is the limit.",
  },
  {
    rule: "owasp:api4:2023-string-limit",
    at: /^paths \/api\/v1\/users\/export get responses 200 content text\/csv schema$/,
    because: "All accounts, streamed: it has no limit but the time that it may take.",
  },
  {
    rule: "owasp:api4:2023-string-restricted",
    at: /^components schemas \w+ properties (title|body|full_name|name|detail|message|field|error_description|scope|scopes)\b/,
    because:
      "Text of people, or for people; where it matters, the service checks it by more than a pattern.",
  },
  {
    rule: "owasp:api4:2023-string-restricted",
    at: /( (next_cursor|access_token|refresh_token|key|client_address)\b|parameters 1 schema$)/,
    because: "Clients pass it on as it is: a pattern would invite them to read it.",
  },
  {
    rule: "owasp:api4:2023-string-restricted",
    at: /^components schemas (TokenRequest properties username|SignIn properties email)$/,
    because: "Whatever is no address has to fail like one that is not known.",
  },
  {
    rule: "owasp:api4:2023-string-restricted",
    at: /(^components headers [\w-]+ schema|headers (Set-Cookie|Content-Disposition) schema|text\/csv schema)$/,
    because: "The syntax is that of an RFC, which says more than a pattern.",
  },
  {
    rule: "owasp:api8:2023-define-cors-origin",
    at: / headers$/,
    because: "It depends on the caller's origin, and browsers read it, not clients.",
  },
  {
    rule: "owasp:api8:2023-define-error-responses-401",
    at: /^paths \/(health|api\/v1\/auth)\//,
    because: "Nobody signs in there.",
  },
  {
    rule: "owasp:api8:2023-define-error-responses-500",
    at: /^paths \/health\//,
    because: "Probes read the status alone; what the service lacks is a 503.",
  },
  {
    rule: "owasp:api9:2023-inventory-access",
    at: /^servers 0$/,
    because: "Whether a server is internal is known where it is deployed, not here.",
  },
];
