import type { Setting } from "../../plan/manifest.ts";
import { settingType } from "../printers/py-settings.ts";
import { bracketed, items } from "./brackets.ts";
import { assigned, type Block, blocksOf, deep, hasName, topLevel } from "./py-blocks.ts";
import { stringOf, type Token } from "./py-tokens.ts";
import type { LooseSetting } from "./reader.ts";
import { boundFaults, defaultFaults, listFaults, productionFaults } from "./setting-rules.ts";

/** Types that take more than those of settings do. A type of the team's own is taken for a rule. */
const LOOSE = new Set(
  "str int float bool bytes object Any list dict set tuple frozenset Text Path".split(" "),
);
const AROUND = new Set(["Annotated", "Optional", "Final", "Union", "ClassVar"]);
const RULES = { required: "RequiredInProduction", off: "OffInProduction" } as const;

type Field = {
  readonly at: number;
  readonly type: readonly Token[];
  readonly value: readonly Token[];
};

/** The settings of a pydantic class that are looser than their declarations. */
export const loosenedFields = (
  text: string,
  settings: readonly Setting[],
): readonly LooseSetting[] => {
  const module = blocksOf(text);
  const given = new Map(
    module.flatMap((block) => {
      const constant = assigned(block);
      return constant?.value === undefined ? [] : [[constant.name, constant.value] as const];
    }),
  );
  const fields = fieldsOf(module, given);
  return settings.flatMap((setting) => {
    const field = fields.get(setting.name.toLowerCase());
    if (field === undefined) return [];
    return faultsOf(setting, field, given).map((what) => ({
      at: field.at,
      setting: setting.name,
      what,
    }));
  });
};

type Constants = ReadonlyMap<string, readonly Token[]>;

const fieldsOf = (module: readonly Block[], given: Constants): ReadonlyMap<string, Field> =>
  new Map(
    deep(module)
      .filter(({ defines }) => defines?.kind === "class")
      .flatMap(({ body }) => body)
      .flatMap((block) => {
        const field = assigned(block);
        if (field === undefined || field.type.length === 0) return [];
        const [only] = field.type;
        const alias = field.type.length === 1 ? given.get(only?.text ?? "") : undefined;
        return [
          [
            field.name,
            { at: block.at, type: alias ?? field.type, value: bare(field.value ?? []) },
          ] as const,
        ];
      }),
  );

/** Without the brackets that a formatter puts around a long value. */
const bare = (tokens: readonly Token[]): readonly Token[] => {
  if (tokens[0]?.text !== "(") return tokens;
  const inner = bracketed(tokens, 0);
  return inner.length === tokens.length - 2 && topLevel(inner, ",") === -1 ? bare(inner) : tokens;
};

const faultsOf = (setting: Setting, field: Field, given: Constants): readonly string[] => [
  ...typeFaults(setting, field),
  ...boundFaults(setting, {
    low: boundOf(field, ["ge", "gt"], given),
    high: boundOf(field, ["le", "lt"], given),
  }),
  ...wordFaults(setting, field),
  ...productionFaults(
    setting,
    setting.production === undefined || hasName(field.type, new Set([RULES[setting.production]])),
  ),
  ...defaultFaults(setting, plainDefault(defaultOf(field.value, given))),
];

const typeFaults = (setting: Setting, { type }: Field): readonly string[] => {
  if (setting.kind === "enum") return [];
  const expected = settingType(setting.kind);
  const base = type.find(({ kind, text }) => kind === "name" && !AROUND.has(text))?.text ?? "";
  if (base === expected || !LOOSE.has(base)) return [];
  return [`its type is ${base}, not ${expected}`];
};

/** The number that a bound has; undefined where there is none, null for one that cannot be read. */
const boundOf = (
  { type, value }: Field,
  names: readonly string[],
  given: Constants,
): number | null | undefined => {
  const tokens = [...type, ...value];
  const index = tokens.findIndex(
    ({ text }, place) => names.includes(text) && tokens[place + 1]?.text === "=",
  );
  if (index === -1) return undefined;
  const inclusive = tokens[index]?.text.endsWith("e") === true;
  const found = numberOf(tokens.slice(index + 2), given);
  if (found === null || inclusive) return found;
  return names.includes("gt") ? found + 1 : found - 1;
};

const numberOf = (tokens: readonly Token[], given: Constants): number | null => {
  const [first, second] = tokens;
  if (first?.kind === "number") return Number(first.text);
  if (first?.text === "-" && second?.kind === "number") return -Number(second.text);
  const constant = given.get(first?.text ?? "");
  return constant === undefined || constant[0]?.kind === "name" ? null : numberOf(constant, given);
};

const callOf = (tokens: readonly Token[], name: string): readonly Token[] | undefined => {
  const index = tokens.findIndex(
    ({ text }, place) => text === name && /^[[(]$/.test(tokens[place + 1]?.text ?? ""),
  );
  return index === -1 ? undefined : bracketed(tokens, index + 1);
};

const stringsIn = (tokens: readonly Token[] | undefined): readonly string[] =>
  (tokens ?? []).flatMap((token) => stringOf(token) ?? []);

const wordFaults = (setting: Setting, { type }: Field): readonly string[] => {
  const { kind, values = [] } = setting;
  const faults: string[] = [];
  const literal = callOf(type, "Literal");
  if (kind === "enum" && literal === undefined && LOOSE.has(type[0]?.text ?? "")) {
    faults.push(`it takes more than ${values.join(", ")}`);
  }
  return [
    ...faults,
    ...listFaults(setting, stringsIn(literal), stringsIn(callOf(type, "Discouraged"))),
  ];
};

/** The default as text; undefined where there is none, null for one that cannot be read. */
const defaultOf = (value: readonly Token[], given: Constants): string | null | undefined => {
  if (value.length === 0) return undefined;
  if (value[0]?.text === "Field" && value[1]?.text === "(") {
    const words = items(bracketed(value, 1));
    const named = words.find(([name, equals]) => name?.text === "default" && equals?.text === "=");
    const first = words[0];
    if (named !== undefined) return defaultOf(bare(named.slice(2)), given);
    return first === undefined || first[1]?.text === "=" || first[0]?.text === "..."
      ? undefined
      : defaultOf(first, given);
  }
  const [only] = value;
  const constant = given.get(only?.text ?? "");
  if (value.length === 1 && constant !== undefined) return defaultOf(constant, new Map());
  if (value.length > 1 && value[0]?.text !== "-") return null;
  return stringOf(only) ?? value.map(({ text }) => text).join("");
};

/** Python's words for what a switch or nothing is. */
const WORDS: Readonly<Record<string, string>> = { True: "true", False: "false", None: "null" };

const plainDefault = (found: string | null | undefined): string | null | undefined =>
  found === undefined || found === null ? found : (WORDS[found] ?? found);
