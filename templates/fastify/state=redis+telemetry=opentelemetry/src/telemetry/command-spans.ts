/** A span for each command to Redis, by its name: keys and values hold addresses and digests. */

import type { Resources } from "../resources.ts";
import { traceChannel } from "./call-channels.ts";
import { currentSpan } from "./tracing.ts";

/** Traces each command, if anything is traced. */
export const traceCommands = ({ tracing }: Resources, stack: AsyncDisposableStack): void => {
  if (tracing.reporter === undefined) return;
  traceChannel<{ readonly command: string }>(
    "ioredis:command",
    ({ command }) => {
      const name = command.toUpperCase();
      const attributes = { "db.system.name": "redis", "db.operation.name": name };
      return currentSpan()?.beginCall(name, attributes);
    },
    stack,
  );
};
