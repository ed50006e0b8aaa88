/**
 * Jobs carry the trace of the request that made them.
 *
 * It is part of the argument, and so as safe from others as the argument is.
 */

import { parentOf } from "./trace-parents.ts";
import { currentSpan, type Parent } from "./tracing.ts";

const END = "\n";

/** Has an argument carry the trace of the work at hand, or that there is none. */
export const carryTrace = (argument: string): string => {
  const span = currentSpan();
  return (span === undefined ? "" : written(span)) + END + argument;
};

/** Takes the trace off an argument; a job from before there were any is left as it is. */
export const carriedBy = (
  argument: string,
): { readonly parent?: Parent | undefined; readonly rest: string } => {
  const end = argument.indexOf(END);
  const text = argument.slice(0, Math.max(0, end));
  const parent = parentOf(text);
  const isCarried = end === 0 || parent !== undefined;
  return isCarried ? { parent, rest: argument.slice(end + END.length) } : { rest: argument };
};

/** Writes what `parentOf` reads. */
const written = ({ traceId, spanId, isKept }: Parent): string =>
  `00-${traceId}-${spanId}-${isKept ? "01" : "00"}`;
