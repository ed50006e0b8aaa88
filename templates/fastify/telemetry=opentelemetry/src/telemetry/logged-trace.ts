/** The trace in the lines of the log. */

import { currentSpan, fieldsOf } from "./tracing.ts";

/** Adds the trace of the work at hand to the fields of each line. */
export const withTrace = (fields: () => object) => (): object => ({
  ...fields(),
  ...fieldsOf(currentSpan()),
});
