import type { Setting } from "../../plan/manifest.ts";
import type { SettingGroup } from "../environment.ts";
import { comment, type Data, type Printed, printed, withMore } from "./printed.ts";
import { type ImportRecord, imports } from "./ts-imports.ts";
import { laidOut } from "./ts-layout.ts";
import { camelCase, documentation, identifier, key, literal } from "./ts-literal.ts";
import { entries, entry, settingImports } from "./ts-settings.ts";

/** Text for a TypeScript file. */
export const ts = withMore((value: Data): Printed => printed(literal(value)), {
  name: (id: string): Printed => printed(identifier(id)),
  /** The name in code of an UPPER_CASE variable or of words joined by `-`. */
  camelCase: (words: string): Printed => printed(camelCase(words)),
  /** The key of an object. */
  key: (id: string): Printed => printed(key(id)),
  /** Printed items of a list or call, separated by commas. */
  join: (items: readonly Printed[]): Printed => printed(items.map((item) => item.text).join(", ")),
  /**
   * A list of printed items: on one line, or one a line where that is too long.
   * @param before what stands before it on its line, without indentation; `after`: behind it
   */
  list: (items: readonly Printed[], before = "", after = ";", indent = 0): Printed => {
    const texts = items.map((item) => item.text);
    return printed(laidOut({ open: "[", items: texts, close: "]" }, indent, before, after));
  },
  /** The text of a comment, without its slashes. */
  comment: (text: string): Printed => printed(comment(text)),
  documentation: (text: string, indent = 0): Printed => printed(documentation(text, indent)),
  imports: (records: readonly ImportRecord[], path: string): Printed =>
    printed(imports(records, path)),
  setting: (setting: Setting): Printed => printed(entry(setting)),
  settings: (groups: readonly SettingGroup[]): Printed => printed(entries(groups)),
  settingImports: (...arguments_: Parameters<typeof settingImports>): Printed =>
    printed(settingImports(...arguments_)),
});
