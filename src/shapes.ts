import * as z from "zod/mini";
import en from "zod/v4/locales/en.js";

// This edition of zod comes without words for what is wrong, and its list of languages weighs more
// than all the rest.
z.config(en());

/** A list. */
export const list = <Item extends z.ZodMiniType>(item: Item) => z.readonly(z.array(item));

/** A list of at least one. */
export const some = <Item extends z.ZodMiniType>(item: Item) =>
  z.readonly(z.array(item).check(z.minLength(1)));

/** Text of this form. */
export const matching = (pattern: RegExp, message?: string) =>
  z.string().check(z.regex(pattern, message));

/**
 * Checks data.
 * @throws Error that says what is wrong, and where in it
 */
export const parsed = <Value>(schema: z.ZodMiniType<Value>, data: unknown): Value => {
  const result = schema.safeParse(data);
  if (!result.success) throw new Error(z.prettifyError(result.error));
  return result.data;
};
