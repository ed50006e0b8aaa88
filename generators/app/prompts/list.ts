import { usePagination } from "@inquirer/core";
import { columns, prose, style } from "./turn.ts";

export type Listed = {
  readonly value: string;
  readonly name: string;
  readonly description?: string;
};

const PAGE = 12;

/**
 * The choices one below the other, and the description of the active one where there is no room
 * beside them.
 * @param markOf what stands before a choice's name
 */
export const useList = (
  choices: readonly Listed[],
  active: number,
  markOf: (choice: Listed) => string = () => "",
): { readonly list: string; readonly below: readonly string[] } => {
  const names = choices.map((choice) => markOf(choice) + choice.name);
  const width = Math.max(...names.map((name) => name.length));
  const isWide = choices.every(
    ({ description = "" }) => width + description.length + 5 < columns(),
  );
  const list = usePagination({
    items: choices,
    active,
    pageSize: PAGE,
    loop: false,
    renderItem: ({ item: { description }, index, isActive }) => {
      const name = names[index] ?? "";
      const shown =
        isWide && description ? `${name.padEnd(width)}  ${style.dim(description)}` : name;
      return `${isActive ? "❯" : " "} ${shown}`;
    },
  });
  const told = choices[active]?.description ?? "";
  return { list, below: isWide || told === "" ? [] : [style.dim(prose(told))] };
};
