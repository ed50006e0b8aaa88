import process from "node:process";
import { wrap } from "../../../src/system/terminal.ts";

/** What the user does instead of answering. */
export const BACK = Symbol("back");
export const CANCEL = Symbol("cancel");

export type Turn = typeof BACK | typeof CANCEL;

/** Thrown when the user cancels. Nothing has been written then. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}

const isPlain = (): boolean => Boolean(process.env.NO_COLOR) || process.env.TERM === "dumb";
const sgr =
  (code: number) =>
  (text: string): string =>
    isPlain() ? text : `\u001B[${code}m${text}\u001B[22m`;
const bold = sgr(1);
const dim = sgr(2);

export const style = { dim, bold };

/** What every question begins with. */
export type Asked = {
  readonly message: string;
  readonly hint?: string;
  /** Where in the questions it is: `Data 2/4`. */
  readonly position?: string;
  /** Whether there is a question to go back to. */
  readonly back?: boolean;
};

export const columns = (): number => process.stdout.columns || 80;

/** Prose in lines that end between words. */
export const prose = (text: string): string => wrap(text, columns()).join("\n");

export const heading = ({ message, hint, position }: Asked): string =>
  [
    ...(position === undefined ? [] : [dim(position)]),
    bold(prose(message)),
    ...(hint === undefined ? [] : [dim(prose(hint))]),
  ].join("\n");

/** Which keys do what; one line even in a narrow terminal. */
export const keys = (back: boolean | undefined, ...first: readonly string[]): string =>
  dim([...first, ...(back === true ? ["← back"] : []), "Esc cancel"].join(" · "));
