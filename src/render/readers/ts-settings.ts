import type { Setting } from "../../plan/manifest.ts";
import { settingEntry } from "../printers/ts-settings.ts";
import { bracketed, items } from "./brackets.ts";
import type { LooseSetting } from "./reader.ts";
import {
  type Bound,
  boundFaults,
  defaultFaults,
  listFaults,
  productionFaults,
} from "./setting-rules.ts";
import { entriesOf, stringOf, type Token, tokensOf } from "./ts-tokens.ts";

/** Functions that take more than those of settings do. One of the team's own is taken for a rule. */
const LOOSE = new Set(["text", "path"]);

type Entry = {
  readonly at: number;
  /** The function that makes the setting. */
  readonly kind: string;
  readonly words: readonly string[];
  readonly options: ReadonlyMap<string, readonly Token[]>;
};

/** The settings of a table that are looser than their declarations. */
export const loosenedEntries = (
  text: string,
  settings: readonly Setting[],
): readonly LooseSetting[] => {
  const tokens = tokensOf(text);
  return settings.flatMap((setting) => {
    const { name, kind } = settingEntry(setting);
    const entry = entryOf(tokens, name);
    if (entry === undefined) return [];
    return faultsOf(setting, kind, entry).map((what) => ({
      at: entry.at,
      setting: setting.name,
      what,
    }));
  });
};

const entryOf = (tokens: readonly Token[], name: string): Entry | undefined => {
  const index = tokens.findIndex(
    ({ text }, place) =>
      text === name && tokens[place + 1]?.text === ":" && tokens[place + 3]?.text === "(",
  );
  const key = tokens[index];
  if (key === undefined) return undefined;
  const isOptional = tokens[index + 2]?.text === "optional" && tokens[index + 5]?.text === "(";
  const at = isOptional ? index + 4 : index + 2;
  const parts = items(bracketed(tokens, at + 1));
  const list = parts.find(([open]) => open?.text === "[") ?? [];
  const options = parts.find(([open]) => open?.text === "{") ?? [];
  return {
    at: key.at,
    kind: tokens[at]?.text ?? "",
    words: stringsIn(list),
    options: entriesOf(bracketed(options, 0)),
  };
};

const stringsIn = (tokens: readonly Token[]): readonly string[] =>
  tokens.flatMap((token) => stringOf(token) ?? []);

const faultsOf = (setting: Setting, expected: string, entry: Entry): readonly string[] => {
  const { kind, words, options } = entry;
  const number = (name: string): Bound => {
    const [value, more] = options.get(name) ?? [];
    if (value === undefined) return undefined;
    if (value.text === "-" && more?.kind === "number") return -Number(more.text);
    return value.kind === "number" ? Number(value.text) : null;
  };
  const rule = setting.production === "off" ? "offInProduction" : "requiredInProduction";
  const value = options.get("default");
  return [
    ...(kind !== expected && LOOSE.has(kind) ? [`its type is ${kind}, not ${expected}`] : []),
    ...boundFaults(setting, { low: number("min"), high: number("max") }),
    ...listFaults(setting, words, stringsIn(options.get("discouraged") ?? [])),
    ...productionFaults(setting, options.get(rule)?.[0]?.text === "true"),
    ...defaultFaults(setting, value === undefined ? undefined : (stringOf(value[0]) ?? null)),
  ];
};
