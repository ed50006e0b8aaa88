import { EXIT } from "./exit.ts";

/** What kind of mistake it was, for programs. */
export type ErrorCode =
  | "usage"
  | "option"
  | "config"
  | "plan"
  | "record"
  | "git"
  | "preset"
  | "policy"
  | "proof"
  | "directory"
  | "conflict"
  | "terminal";

/**
 * A mistake of the person who runs the generator. It is printed without a stack and ends the
 * process with exit code 2; every other error is a bug of ours and ends it with 1.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly exitCode = EXIT.user;
  readonly what: string;
  readonly where: string;
  readonly fix: string;
  readonly code: ErrorCode;

  /**
   * @param what what is wrong, as one sentence
   * @param where the flag, file or directory in which it was found
   * @param fix what to do about it
   */
  constructor(
    what: string,
    where: string,
    fix: string,
    { code = "option", ...options }: ErrorOptions & { readonly code?: ErrorCode } = {},
  ) {
    super(`${where}: ${what} ${fix}`, options);
    this.what = what;
    this.where = where;
    this.fix = fix;
    this.code = code;
  }
}

/** The longest user text that a message repeats. */
const LONGEST = 80;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const escaped = (character: string): string =>
  `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

const cut = (text: string, longest = LONGEST): string => {
  const characters = [...text];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join("")}…` : text;
};

/** Text from a person for a line of a message: cut, and with nothing that moves a terminal. */
export const excerpt = (text: string, longest = LONGEST): string =>
  cut(text, longest).replace(INVISIBLE, escaped);

/** The same between quotes, as JSON has it. */
export const quoted = (text: string): string =>
  JSON.stringify(cut(text)).replace(INVISIBLE, escaped);
