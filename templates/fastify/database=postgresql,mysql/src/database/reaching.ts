/** Unreachable servers. */

/** Returns why; messages of other errors may contain values and are not repeated. */
export const whyUnreachable = (error: Error): string => {
  // A name with several addresses: what happened at the first.
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const isKnown = first instanceof Error && ("syscall" in first || first.constructor === Error);
  return isKnown ? `the server cannot be reached: ${first.message}` : error.constructor.name;
};
