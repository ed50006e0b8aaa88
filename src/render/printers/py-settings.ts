import type { Setting, SettingKind } from "../../plan/manifest.ts";
import { type ImportRecord, importLine, imports } from "./py-imports.ts";
import { assignment, type Expression, flat } from "./py-layout.ts";
import { identifier, literal } from "./py-literal.ts";

/** The type of each kind. Those that are built in are not imported from the settings' types. */
const TYPES: Readonly<Record<SettingKind, string>> = {
  secret: "Secret",
  secrets: "Secrets",
  string: "Text",
  mailbox: "Mailbox",
  path: "Path",
  "root-path": "RootPath",
  url: "Url",
  "issuer-url": "IssuerUrl",
  "discovery-url": "DiscoveryUrl",
  audiences: "Audiences",
  "role-mapping": "RoleMapping",
  "database-url": "DatabaseUrl",
  "redis-url": "RedisUrl",
  "smtp-url": "SmtpUrl",
  "breach-url": "BreachUrl",
  "sentry-dsn": "SentryDsn",
  "otlp-endpoint": "OtlpEndpoint",
  "otlp-headers": "OtlpHeaders",
  ratio: "Ratio",
  origins: "Origins",
  hosts: "Hosts",
  networks: "Networks",
  duration: "int",
  int: "int",
  bool: "bool",
  enum: "Literal",
  rate: "RateLimit",
  "encryption-keys": "EncryptionKeys",
  strings: "Strings",
  contacts: "Contacts",
  languages: "Languages",
  "https-urls": "HttpsUrls",
};

/** The name of the type of a kind; of an enum, that of its words. */
export const settingType = (kind: SettingKind): string => TYPES[kind];

const ELSEWHERE = new Set(["int", "bool", "Literal", "Path"]);
const OF_LAYERS: ReadonlySet<SettingKind> = new Set([
  "database-url",
  "redis-url",
  "mailbox",
  "smtp-url",
  "breach-url",
  "sentry-dsn",
  "otlp-endpoint",
  "otlp-headers",
  "ratio",
  "issuer-url",
  "discovery-url",
  "audiences",
  "role-mapping",
]);
const LITERAL_DEFAULTS: ReadonlySet<SettingKind> = new Set([
  "string",
  "mailbox",
  "root-path",
  "int",
  "duration",
  "bool",
  "enum",
]);
const RULES = { required: "RequiredInProduction", off: "OffInProduction" } as const;

/** The field's name: the variable's in lower case. */
const fieldName = (setting: Setting): string => identifier(setting.name.toLowerCase());

/** The type of a setting, with its bounds and its production rule. */
export const annotation = (setting: Setting): string => flat(annotate(setting));

/** One line of a pydantic-settings class, broken as ruff would: name, annotation and default. */
export const field = (setting: Setting): string =>
  assignment(fieldName(setting), annotate(setting), defaultOf(setting));

const annotate = (setting: Setting): Expression => {
  const bounds = [...boundsOf(setting), ...wordsOf(setting)];
  const rule = setting.production === undefined ? [] : [RULES[setting.production]];
  const type = typeOf(setting);
  if (setting.default !== null) return annotated(type, [...bounds, ...rule]);
  return annotated({ optional: annotated(type, bounds) }, rule);
};

const annotated = (type: Expression, marks: readonly string[]): Expression =>
  marks.length === 0 ? type : { open: "Annotated[", items: [type, ...marks], close: "]" };

const typeOf = (setting: Setting): Expression =>
  setting.kind === "enum"
    ? { open: "Literal[", items: (setting.values ?? []).map(literal), close: "]" }
    : TYPES[setting.kind];

const boundsOf = (setting: Setting): readonly string[] => {
  const bounds = [
    ...(setting.min === undefined ? [] : [`ge=${setting.min}`]),
    ...(setting.max === undefined ? [] : [`le=${setting.max}`]),
  ];
  return bounds.length === 0 ? [] : [`Field(${bounds.join(", ")})`];
};

/** How an enum takes its words, and which of them are not for production. */
const wordsOf = ({ kind, discouraged }: Setting): readonly string[] => [
  ...(kind === "enum" ? ["AnyCase"] : []),
  ...(discouraged === undefined ? [] : [`Discouraged(${discouraged.map(literal).join(", ")})`]),
];

const defaultOf = (setting: Setting): Expression | undefined => {
  if (setting.default === undefined) return undefined;
  if (setting.default === null || LITERAL_DEFAULTS.has(setting.kind)) {
    return literal(setting.default);
  }
  // The default is the text of the variable, so that it is parsed by the same rules.
  const items = [`default=${literal(setting.default)}`, "validate_default=True"];
  return { open: "Field(", items, close: ")" };
};

/**
 * The imports of exactly the types and rules that the fields name. Rules lie in `rules` of the
 * package and types in `types`, but for a kind that only some projects have: a layer brings the
 * module that is named like it (`smtp_url`). What the file imports beside them is `more`.
 */
export const settingImports = (
  settings: readonly Setting[],
  package_: string,
  more: readonly ImportRecord[] = [],
): string => {
  const types = settings
    .filter((setting) => !ELSEWHERE.has(TYPES[setting.kind]))
    .map((setting) => ({
      module: `${package_}.${OF_LAYERS.has(setting.kind) ? setting.kind.replaceAll("-", "_") : "types"}`,
      name: TYPES[setting.kind],
    }));
  const rules = settings
    .flatMap((setting) => [
      ...(setting.production === undefined ? [] : [RULES[setting.production]]),
      ...wordsOf(setting).map((word) => word.replace(/\(.*/, "")),
    ])
    .map((name) => ({ module: `${package_}.rules`, name }));
  return imports([...types, ...rules, ...more]);
};

/** The imports that the fields need from the standard library and, after them, from pydantic. */
export const typingImports = (settings: readonly Setting[]): string => {
  const bounded = settings.some((setting) => boundsOf(setting).length > 0);
  const ruled = settings.some((setting) => setting.production !== undefined);
  const parsed = settings.some((setting) => typeof defaultOf(setting) === "object");
  const has = (kind: SettingKind): boolean => settings.some((setting) => setting.kind === kind);
  const worded = has("enum");
  const typing = [
    ...(bounded || ruled || worded ? ["Annotated"] : []),
    ...(worded ? ["Literal"] : []),
  ];
  const standard = [
    ...(has("path") ? [importLine("pathlib", ["Path"])] : []),
    ...(typing.length === 0 ? [] : [importLine("typing", typing)]),
  ];
  const pydantic = bounded || parsed ? importLine("pydantic", ["Field"]) : "";
  return [standard.join("\n"), pydantic].filter((block) => block !== "").join("\n\n");
};
