/**
 * What is kept out of the log: secrets, personal data, and whatever would forge a line of it.
 *
 * Every line passes through here, those of libraries and the server too; no value can start a new
 * line (CWE-117, ASVS 5.0 V16.2.5).
 */

const REDACTED = "[redacted]";
const CUT = "[cut]";
// Longer values are truncated before they are searched, and the search takes linear time: logging a
// request must not cost more than the request (CWE-1333).
export const MAX_CHARACTERS = 2_000;
const MAX_ITEMS = 50;
const MAX_TRACE_LINES = 200;
const MAX_DEPTH = 8;
const SECRET_NAMES =
  /authorization|cookie|csrf|key|passw|secret|token|digest|credential|e[_-]?mail/i;
const SECRET_PARAMETERS = new RegExp(`${SECRET_NAMES.source}|code`, "i");
// Each alternative begins where no character of its own kind stands before, so that a run of them
// is looked at once.
const SECRET_VALUES = new RegExp(
  [
    // An e-mail address, in any script.
    String.raw`(?<![\p{L}\p{M}\p{N}_.+-])[\p{L}\p{M}\p{N}_.+-]+(?:@|%40)[\p{L}\p{M}\p{N}_-]+\.[\p{L}\p{M}\p{N}_.-]+`,
    String.raw`(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*`, // a JSON Web Token
    String.raw`\b(?:bearer|basic)\s+[\w.~+/=-]+`, // an Authorization value
    String.raw`(?<=://)[^/\s:@]*:[^/\s@]+(?=@)`, // credentials in a URL
    String.raw`(?<=[?&#])(?<name>[^?=&#\s]+)=[^&\s]*`, // a parameter of a URL
    String.raw`(?<![\w-])[\w-]{43,}`, // 256 random bits, as this service writes
  ].join("|"),
  "giu",
);
// Characters that end the line or control the terminal.
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it looks for
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/g;
// Ids, routes, methods: no text of these characters and this length matches the above.
const PLAIN = /^[\w/{}.-]{0,42}$/;
// Validated on arrival; it may be long enough to look like a token.
const SAFE_NAMES: ReadonlySet<string> = new Set(["request_id"]);

const secretNames = new Map<string, boolean>();

/** Replaces secrets and personal data, and keeps each value on its line. */
export const redact = (event: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const line: Record<string, unknown> = {};
  for (const name in event) line[cleanText(name)] = clean(name, event[name], 0);
  return line;
};

/** Returns an error as text: its class, message and frames, and those of its causes. */
const describeError = (error: unknown): string => {
  const lines: string[] = [];
  let cause = error;
  for (let depth = 0; depth < MAX_DEPTH && cause instanceof Error; depth++) {
    lines.push(...`${depth > 0 ? "Caused by: " : ""}${cause.stack ?? String(cause)}`.split("\n"));
    cause = cause.cause;
  }
  if (lines.length > MAX_TRACE_LINES) {
    const half = MAX_TRACE_LINES / 2;
    lines.splice(half, lines.length - MAX_TRACE_LINES, CUT);
  }
  // All lines but the first are indented, so that none can pass for a line of the log.
  return lines.map((line) => cleanText(line.trim())).join("\n    ");
};

const clean = (name: string, value: unknown, depth: number): unknown => {
  if (value == null || typeof value === "number" || typeof value === "boolean") return value;
  if (SAFE_NAMES.has(name)) return value;
  if (isSecret(name)) return REDACTED;
  if (value instanceof Error) return describeError(value);
  if (typeof value !== "object") return cleanText(String(value));
  if (depth >= MAX_DEPTH) return CUT;
  if (Array.isArray(value)) {
    return value.slice(0, MAX_ITEMS).map((item) => clean(name, item, depth + 1));
  }
  const items = Object.entries(value).slice(0, MAX_ITEMS);
  if (items.length === 0) return cleanText(String(value));
  return Object.fromEntries(
    items.map(([key, item]) => [cleanText(key), clean(cut(key), item, depth + 1)]),
  );
};

const isSecret = (name: string): boolean => {
  const known = secretNames.get(name);
  if (known !== undefined) return known;
  const found = SECRET_NAMES.test(name);
  if (secretNames.size < 256) secretNames.set(name, found);
  return found;
};

const cleanText = (text: string): string =>
  PLAIN.test(text)
    ? text
    : cut(text).replace(SECRET_VALUES, redacted).replace(CONTROL, escapeControl);

/** Cuts at a space: half of a secret would not be known for one. */
const cut = (text: string): string => {
  if (text.length <= MAX_CHARACTERS) return text;
  const kept = text.slice(0, MAX_CHARACTERS - CUT.length);
  return kept.slice(0, Math.max(0, kept.lastIndexOf(" "))) + CUT;
};

const redacted = (match: string, name: string | undefined): string =>
  name === undefined || SECRET_PARAMETERS.test(name) ? REDACTED : match;

const escapeControl = (control: string): string =>
  `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`;
