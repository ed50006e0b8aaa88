import {
  createPrompt,
  isBackspaceKey,
  isDownKey,
  isEnterKey,
  isSpaceKey,
  isUpKey,
  useKeypress,
  useState,
} from "@inquirer/core";
import { type Listed, useList } from "./list.ts";
import { type Asked, BACK, CANCEL, heading, keys, type Turn } from "./turn.ts";

export type CheckboxConfig = Asked & {
  readonly choices: readonly Listed[];
  readonly default?: string[];
};

/** Any number of choices of a list, in its order. */
export const checkbox = createPrompt<readonly string[] | Turn, CheckboxConfig>((config, done) => {
  const { choices, back } = config;
  const [active, setActive] = useState(0);
  const [checked, setChecked] = useState<readonly string[]>(config.default ?? []);
  const move = (step: number) => setActive((active + step + choices.length) % choices.length);
  const toggle = (wanted: string | undefined) =>
    setChecked(
      choices
        .map(({ value }) => value)
        .filter((value) => (value === wanted) !== checked.includes(value)),
    );

  useKeypress((key, line) => {
    line.clearLine(0);
    if (isEnterKey(key)) done(checked);
    else if (key.name === "escape") done(CANCEL);
    else if (back === true && (key.name === "left" || isBackspaceKey(key))) done(BACK);
    else if (isSpaceKey(key)) toggle(choices[active]?.value);
    else if (isUpKey(key)) move(-1);
    else if (isDownKey(key)) move(1);
  });

  const { list, below } = useList(choices, active, ({ value }) =>
    checked.includes(value) ? "◉ " : "○ ",
  );
  return [
    [heading(config), list].join("\n"),
    [...below, keys(back, "Space choose", "Enter confirm")].join("\n"),
  ];
});
