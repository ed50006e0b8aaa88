/** How a test ended. */
export type Ended = {
  /**
   * `failed`: an expectation was not met. `error`: something else went wrong, such as code that
   * cannot be imported, or a fixture.
   */
  readonly outcome: "passed" | "failed" | "skipped" | "error" | "missing" | "slow";
  readonly seconds: number;
  /** What it said, in a line, and where in the service or its tests, as path:line. */
  readonly message?: string;
  readonly where?: string;
};

/** What a run of tests came to: the answer of a stack's worker. */
export type Answer = {
  /** By the full name of each, of which a test with parameters has several. */
  readonly tests: Readonly<Record<string, Ended>>;
  /** Why it ended before all tests were run. */
  readonly stopped: string | null;
  /** True when it took too long and was ended. */
  readonly slow: boolean;
  /** What it printed last, where no test was run. */
  readonly said: string;
};

export type Result = "killed" | "survived" | "stale" | "unproven";

/** The worst first: one way in which a test fails is enough. */
const WORST_FIRST = ["failed", "error", "passed", "skipped"] as const;

/** How a test ended, over all of its parameters. */
export const endOf = ({ tests, stopped, slow, said }: Answer, test: string): Ended => {
  const own = Object.entries(tests)
    .filter(
      ([name]) => name === test || name.startsWith(`${test}[`) || name.startsWith(`${test}::`),
    )
    .map(([, ended]) => ended);
  const seconds = own.reduce((sum, ended) => sum + ended.seconds, 0);
  const failed = own.some(({ outcome }) => outcome === "failed");
  if (slow && !failed) return { outcome: "slow", seconds };
  const worst = WORST_FIRST.flatMap(
    (outcome) => own.find((ended) => ended.outcome === outcome) ?? [],
  );
  if (worst[0] !== undefined) return { ...worst[0], seconds };
  const message = stopped || said;
  return { outcome: "error", seconds, ...(message === "" ? {} : { message }) };
};

/**
 * What becomes of a mutant by how its proof ended with it. The proof passes without it.
 * @returns the result, and why where that is not plain
 */
export const judged = (ended: Ended): { readonly result: Result; readonly why?: string } => {
  if (ended.outcome === "failed") return { result: "killed" };
  if (ended.outcome === "passed") return { result: "survived" };
  if (ended.outcome === "skipped") {
    return { result: "survived", why: `the proof was skipped with it${saying(ended)}` };
  }
  if (ended.outcome === "slow") {
    return { result: "unproven", why: "the proof did not end in time, which proves nothing" };
  }
  return { result: "unproven", why: `the proof failed for another reason${saying(ended)}` };
};

/** Why a proof can judge nothing, from how it ended without any edit; undefined when it can. */
export const unfitness = (ended: Ended): string | undefined => {
  switch (ended.outcome) {
    case "passed":
      return undefined;
    case "skipped":
      return `the proof is skipped${saying(ended)}`;
    case "missing":
      return "the proof is missing";
    case "slow":
      return "the proof does not end in time";
    default:
      return `the proof fails without any edit${saying(ended)}`;
  }
};

const saying = ({ message, where }: Ended): string =>
  [message, where === "" ? undefined : where].every((part) => part === undefined)
    ? ""
    : `: ${[message, where].filter((part) => part).join(", ")}`;
