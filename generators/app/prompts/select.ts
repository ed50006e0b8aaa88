import {
  createPrompt,
  isBackspaceKey,
  isDownKey,
  isEnterKey,
  isUpKey,
  useKeypress,
  useState,
} from "@inquirer/core";
import { type Listed, useList } from "./list.ts";
import { type Asked, BACK, CANCEL, heading, keys, type Turn } from "./turn.ts";

export type SelectConfig = Asked & {
  readonly choices: readonly Listed[];
  readonly default?: string;
};

/** One choice of a list. Letters do nothing: they would move the selection by surprise. */
export const select = createPrompt<string | Turn, SelectConfig>((config, done) => {
  const { choices, back } = config;
  const start = choices.findIndex(({ value }) => value === config.default);
  const [active, setActive] = useState(Math.max(0, start));
  const move = (step: number) => setActive((active + step + choices.length) % choices.length);

  useKeypress((key, line) => {
    line.clearLine(0);
    if (isEnterKey(key)) done(choices[active]?.value ?? CANCEL);
    else if (key.name === "escape") done(CANCEL);
    else if (back === true && (key.name === "left" || isBackspaceKey(key))) done(BACK);
    else if (isUpKey(key)) move(-1);
    else if (isDownKey(key)) move(1);
  });

  const { list, below } = useList(choices, active);
  return [
    [heading(config), list].join("\n"),
    [...below, keys(back, "↑↓ choose", "Enter select")].join("\n"),
  ];
});
