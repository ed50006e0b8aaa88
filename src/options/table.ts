import { catalogue as ours } from "./catalogue.ts";
import { flagOf } from "./flags.ts";
import { defaultWhen } from "./help.ts";
import { NONE } from "./resolve.ts";
import type { Catalogue, Option } from "./types.ts";

/** The README's table of options, in Markdown. */
export const optionsTable = (catalogue: Catalogue = ours): string =>
  [
    "| Option | Choices | |",
    "| --- | --- | --- |",
    ...catalogue.map(
      (option) => `| \`${flagOf(option.id)}\` | ${values(option)} | ${cell(option.hint)} |`,
    ),
  ].join("\n");

const values = (option: Option): string =>
  option.kind === "text"
    ? `text; default ${option.default === "" ? "none" : `\`${cell(option.default)}\``}`
    : [
        ...(option.kind === "many"
          ? [option.default.length === 0 ? `\`${NONE}\` (default)` : `\`${NONE}\``]
          : []),
        ...option.choices.map(({ id }) => {
          const when = defaultWhen(option, id);
          return when === undefined ? `\`${id}\`` : `\`${id}\` (${when})`;
        }),
      ].join(", ");

const cell = (text: string): string => text.replaceAll("|", "\\|");
