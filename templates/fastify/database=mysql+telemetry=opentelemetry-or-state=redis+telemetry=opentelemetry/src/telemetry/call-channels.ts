/** Calls of drivers that tell of them themselves, on channels of `node:diagnostics_channel`. */

import { tracingChannel } from "node:diagnostics_channel";
import type { Span } from "./tracing.ts";

/** Traces the calls of a channel until the stack is disposed of. */
export const traceChannel = <Call extends object>(
  name: string,
  begin: (call: Call) => Span | undefined,
  stack: AsyncDisposableStack,
): void => {
  const spans = new WeakMap<object, Span>();
  const subscribers = {
    start: (call: Call) => {
      const span = begin(call);
      if (span !== undefined) spans.set(call, span);
    },
    end: () => {},
    asyncStart: () => {},
    asyncEnd: (call: Call) => spans.get(call)?.end(),
    error: (call: Call & { readonly error: unknown }) => spans.get(call)?.fail(call.error),
  };
  const channel = tracingChannel<unknown, Call>(name);
  channel.subscribe(subscribers);
  stack.defer(() => {
    channel.unsubscribe(subscribers);
  });
};
