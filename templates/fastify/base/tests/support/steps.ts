/** What work costs, and how long it holds others up. */

// Whoever counts what a loop runs makes it several times slower.
const isMeasured =
  process.env["NODE_V8_COVERAGE"] !== undefined ||
  process.execArgv.includes("--experimental-test-coverage");
/** How long others may wait. */
export const MICROSECONDS = isMeasured ? 250_000 : 50_000;

/** Fills a text of a size with a unit; by default, it is as large as a body may be. */
export const fill = (unit: string, size = 1_048_576): string =>
  unit.repeat(Math.floor(size / unit.length));

/** Returns what work costs by itself: once of three times, nothing comes between. */
export const costOf = (work: () => unknown): number => {
  const costs = [0, 0, 0].map(() => {
    const before = process.threadCpuUsage();
    try {
      work();
    } catch {
      // Refused.
    }
    return process.threadCpuUsage(before).user;
  });
  return Math.min(...costs);
};

/** Returns the longest time that this thread, and so the loop, was held up while work was done. */
export const longestStep = async (work: () => Promise<unknown>): Promise<number> => {
  let longest = 0;
  let isDone = false;
  let before = process.threadCpuUsage();
  const look = (): void => {
    const { user } = process.threadCpuUsage(before);
    longest = Math.max(longest, user);
    before = process.threadCpuUsage();
    if (!isDone) setImmediate(look);
  };
  setImmediate(look);
  try {
    await work();
  } finally {
    isDone = true;
    // The last step has ended with the work.
    look();
  }
  return longest;
};
