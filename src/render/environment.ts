import type { Setting } from "../plan/manifest.ts";
import type { Fill } from "./placeholders.ts";
import { envLine } from "./printers/env.ts";
import { type Printed, printed } from "./printers/printed.ts";

export type EnvironmentGroup<Entry> = {
  readonly title: string;
  readonly entries: readonly Entry[];
};

/** A variable of `.env`, with its secrets filled in. */
export type GivenVariable = { readonly name: string; readonly value: string };

/** A variable of `.env.example`, with the whole line ready. */
export type ExampleVariable = GivenVariable & {
  readonly doc: string;
  readonly given: boolean;
  readonly line: Printed;
};

/** Settings under one heading. */
export type SettingGroup = { readonly title: string; readonly settings: readonly Setting[] };

/** Settings under their headings, in the order in which these were first seen. */
export const groupSettings = (settings: readonly Setting[]): readonly SettingGroup[] =>
  [...new Set(settings.map((setting) => setting.group))].map((title) => ({
    title,
    settings: settings.filter((setting) => setting.group === title),
  }));

/** What `.env` holds for the environment that the project is made ready for. */
export const givenVariables = (
  settings: readonly Setting[],
  environment: string,
  fill: Fill,
): readonly EnvironmentGroup<GivenVariable>[] =>
  groupSettings(settings)
    .map((group) => ({
      title: group.title,
      entries: group.settings.flatMap((setting) => {
        const text = givenText(setting, environment);
        return text === undefined
          ? []
          : [{ name: setting.name, value: filled(setting, text, fill) }];
      }),
    }))
    .filter((group) => group.entries.length > 0);

/** What `.env.example` shows: each setting, commented out where its default serves. */
export const exampleVariables = (
  settings: readonly Setting[],
  environment: string,
  fill: Fill,
): readonly EnvironmentGroup<ExampleVariable>[] =>
  groupSettings(settings).map((group) => ({
    title: group.title,
    entries: group.settings.map((setting) => exampleVariable(setting, environment, fill)),
  }));

const exampleVariable = (setting: Setting, environment: string, fill: Fill): ExampleVariable => {
  const { name, doc } = setting;
  const text = givenText(setting, environment);
  const given = text !== undefined;
  const shown = setting.example ?? text ?? String(setting.default ?? "");
  const value = filled(setting, shown, fill);
  const line = envLine(name, value);
  return { name, doc, value, given, line: printed(given ? line : `# ${line}`) };
};

const givenText = (setting: Setting, environment: string): string | undefined =>
  typeof setting.env === "string" ? setting.env : setting.env?.[environment];

const filled = (setting: Setting, text: string, fill: Fill): string => {
  try {
    return fill(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The setting ${setting.name}: ${reason}. Give it an 'example'.`, {
      cause: error,
    });
  }
};
