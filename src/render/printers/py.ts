import type { Setting } from "../../plan/manifest.ts";
import { comment, type Data, type Printed, printed, withMore } from "./printed.ts";
import { type ImportRecord, imports } from "./py-imports.ts";
import { docstring, dotted, identifier, literal } from "./py-literal.ts";
import { annotation, field, settingImports, typingImports } from "./py-settings.ts";

/** Text for a Python file. */
export const py = withMore((value: Data): Printed => printed(literal(value)), {
  name: (id: string): Printed => printed(identifier(id)),
  module: (path: string): Printed => printed(dotted(path)),
  /** Printed items of a list, tuple or call, separated by commas. */
  join: (items: readonly Printed[]): Printed => printed(items.map((item) => item.text).join(", ")),
  docstring: (text: string): Printed => printed(docstring(text)),
  /** The text of a comment, without its `#`. */
  comment: (text: string): Printed => printed(comment(text)),
  imports: (records: readonly ImportRecord[]): Printed => printed(imports(records)),
  annotation: (setting: Setting): Printed => printed(annotation(setting)),
  field: (setting: Setting): Printed => printed(field(setting)),
  settingImports: (...arguments_: Parameters<typeof settingImports>): Printed =>
    printed(settingImports(...arguments_)),
  typingImports: (settings: readonly Setting[]): Printed => printed(typingImports(settings)),
});
