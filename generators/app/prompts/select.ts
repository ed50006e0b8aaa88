import {
  createPrompt,
  isBackspaceKey,
  isDownKey,
  isEnterKey,
  isUpKey,
  useKeypress,
  usePagination,
  useState,
} from "@inquirer/core";
import {
  type Asked,
  BACK,
  CANCEL,
  columns,
  heading,
  keys,
  prose,
  style,
  type Turn,
} from "./turn.ts";

export type SelectConfig = Asked & {
  readonly choices: readonly {
    readonly value: string;
    readonly name: string;
    readonly description?: string;
  }[];
  readonly default?: string;
};

const PAGE = 12;

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

  const width = Math.max(...choices.map(({ name }) => name.length));
  // Beside its name where all have room there, below the list otherwise.
  const isWide = choices.every(
    ({ description = "" }) => width + description.length + 5 < columns(),
  );
  const list = usePagination({
    items: choices,
    active,
    pageSize: PAGE,
    loop: false,
    renderItem: ({ item: { name, description }, isActive }) => {
      const shown =
        isWide && description ? `${name.padEnd(width)}  ${style.dim(description)}` : name;
      return `${isActive ? "❯" : " "} ${shown}`;
    },
  });
  const below = isWide ? "" : (choices[active]?.description ?? "");
  return [
    [heading(config), list].join("\n"),
    [
      ...(below === "" ? [] : [style.dim(prose(below))]),
      keys(back, "↑↓ choose", "Enter select"),
    ].join("\n"),
  ];
});
