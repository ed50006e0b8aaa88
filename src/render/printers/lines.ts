/** The line length of the formatters of rendered projects. */
const LINE_LENGTH = 100;

export const fits = (line: string): boolean => line.length <= LINE_LENGTH;

export const spaces = (count: number): string => " ".repeat(count);
