/** Traces what the driver sends to the database. */

import type { Resources } from "../resources.ts";
import { traceChannel } from "./call-channels.ts";
import { beginStatement } from "./statement-spans.ts";

/** Traces each statement, if anything is traced. */
export const traceDriver = ({ tracing }: Resources, stack: AsyncDisposableStack): void => {
  if (tracing.reporter === undefined) return;
  for (const kind of ["query", "execute"]) {
    traceChannel<{ readonly query: string }>(
      `mysql2:${kind}`,
      ({ query }) => beginStatement(query),
      stack,
    );
  }
};
