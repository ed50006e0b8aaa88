import type { Setting, SettingKind } from "../../plan/manifest.ts";
import type { SettingGroup } from "../environment.ts";
import { comment } from "./printed.ts";
import { type ImportRecord, imports } from "./ts-imports.ts";
import { type Expression, laidOut } from "./ts-layout.ts";
import { camelCase, literal } from "./ts-literal.ts";

/** The function of each kind, and the module of the settings' folder that it is in. */
const KINDS: Readonly<Record<SettingKind, readonly [name: string, module: string]>> = {
  secret: ["secret", "secret"],
  secrets: ["secrets", "secret"],
  string: ["text", "plain"],
  mailbox: ["mailbox", "mailbox"],
  path: ["text", "plain"],
  "root-path": ["rootPath", "network"],
  url: ["url", "plain"],
  "issuer-url": ["issuerUrl", "issuer-url"],
  "discovery-url": ["discoveryUrl", "discovery-url"],
  audiences: ["audiences", "audiences"],
  "role-mapping": ["roleMapping", "role-mapping"],
  "database-url": ["databaseUrl", "database-url"],
  "redis-url": ["redisUrl", "redis-url"],
  "smtp-url": ["smtpUrl", "smtp-url"],
  "breach-url": ["breachUrl", "breach-url"],
  "sentry-dsn": ["sentryDsn", "sentry-dsn"],
  "otlp-endpoint": ["otlpEndpoint", "otlp-endpoint"],
  "otlp-headers": ["otlpHeaders", "otlp-headers"],
  ratio: ["ratio", "ratio"],
  origins: ["origins", "network"],
  hosts: ["hosts", "network"],
  networks: ["networks", "network"],
  duration: ["integer", "plain"],
  int: ["integer", "plain"],
  bool: ["boolean", "plain"],
  enum: ["word", "plain"],
  rate: ["rate", "rate"],
  "encryption-keys": ["encryptionKeys", "encryption-keys"],
  strings: ["strings", "plain"],
  contacts: ["contacts", "contacts"],
  languages: ["languages", "contacts"],
  "https-urls": ["httpsUrls", "contacts"],
};

/** The name of a setting's entry, and of the function that makes it. */
export const settingEntry = ({
  name,
  kind,
}: Setting): { readonly name: string; readonly kind: string } => ({
  name: camelCase(name),
  kind: KINDS[kind][0],
});

const isOptional = (setting: Setting): boolean => setting.default === null;

/** One entry: `port: integer({ min: 1, max: 65535, default: "8000" })`, broken as Biome would. */
export const entry = (setting: Setting): string => {
  const name = camelCase(setting.name);
  return laidOut({ key: name, value: callOf(setting) }, INDENT, "", ",");
};

const INDENT = 2;

/** Entries of an object, by group, with a comment and an empty line between. */
export const entries = (groups: readonly SettingGroup[]): string =>
  groups
    .map(({ title, settings }) =>
      [`// ${comment(title)}`, ...settings.map((setting) => `${entry(setting)},`)]
        .map((line) => " ".repeat(INDENT) + line)
        .join("\n"),
    )
    .join("\n\n");

const callOf = (setting: Setting): Expression => {
  const [name] = KINDS[setting.kind];
  const value = { open: `${name}(`, items: argumentsOf(setting), close: ")" };
  return isOptional(setting) ? { open: "optional(", items: [value], close: ")" } : value;
};

const argumentsOf = ({ values, ...setting }: Setting): readonly Expression[] => {
  const options = optionsOf(setting);
  return [
    ...(values === undefined ? [] : [listOf(values)]),
    ...(options.length === 0 ? [] : [{ open: "{", items: options, close: "}" }]),
  ];
};

const listOf = (words: readonly string[]): Expression => ({
  open: "[",
  items: words.map(literal),
  close: "]",
});

const RULES = { required: "requiredInProduction", off: "offInProduction" } as const;

/** A default is the text of the variable, so that it is parsed by the same rules. */
const optionsOf = (setting: Setting): readonly Expression[] => [
  ...(setting.min === undefined ? [] : [{ key: "min", value: literal(setting.min) }]),
  ...(setting.max === undefined ? [] : [{ key: "max", value: literal(setting.max) }]),
  ...(setting.production === undefined ? [] : [{ key: RULES[setting.production], value: "true" }]),
  ...(setting.default == null ? [] : [{ key: "default", value: literal(String(setting.default)) }]),
  ...(setting.discouraged === undefined
    ? []
    : [{ key: "discouraged", value: listOf(setting.discouraged) }]),
];

/**
 * The imports of exactly the functions that the entries name.
 * @param folder the folder of the settings, in the project
 * @param path the file that imports
 */
export const settingImports = (
  settings: readonly Setting[],
  folder: string,
  path: string,
  more: readonly ImportRecord[] = [],
): string => {
  const kinds = settings.map(({ kind }) => KINDS[kind]);
  const optional = settings.some(isOptional) ? [["optional", "setting"] as const] : [];
  const records = [...kinds, ...optional].map(([name, module]) => ({
    module: `/${folder}/${module}.ts`,
    name,
  }));
  return imports([...records, ...more], path);
};
