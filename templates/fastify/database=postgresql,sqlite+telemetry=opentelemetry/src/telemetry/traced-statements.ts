/** Traces calls of a driver. */

import { beginStatement } from "./statement-spans.ts";

/** Runs a statement in its span. */
export const traceStatement = async <Result>(
  statement: string,
  run: () => Promise<Result>,
): Promise<Result> => {
  const span = beginStatement(statement);
  try {
    return await run();
  } catch (error) {
    span?.fail(error);
    throw error;
  } finally {
    span?.end();
  }
};
