/** What commands take, judged as the body of a request would be. */

import { refusalOf, validatorOf } from "../validation.ts";

/** Throws `Unprocessable` unless a value is valid. */
export const requireValid = (schema: object, given: unknown): void => {
  const validate = validatorOf(schema);
  if (!validate(given)) throw refusalOf(validate.errors ?? [], given, "body");
};
