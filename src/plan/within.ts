/** Runs a step and puts the place before the message of whatever it throws. */
export const within = <Result>(place: string, step: () => Result): Result => {
  try {
    return step();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${place}: ${message}`, { cause: error });
  }
};
