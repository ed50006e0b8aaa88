/** The known name that somebody may have meant. */

/** Returns the candidate that takes the fewest edits (Levenshtein distance). */
export const nearest = (name: string, candidates: readonly string[]): string => {
  const [best = ""] = candidates
    .map((candidate) => ({ candidate, distance: distanceOf(name, candidate) }))
    .toSorted((one, other) => one.distance - other.distance)
    .map(({ candidate }) => candidate);
  return best;
};

const distanceOf = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let column = 0; column < other.length; column++) {
      const replaced = (row[column] ?? 0) + (letter === other[column] ? 0 : 1);
      next.push(Math.min(replaced, (next[column] ?? 0) + 1, (row[column + 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
};
