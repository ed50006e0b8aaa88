import leven from "leven";

/** The known word that a misspelt one most likely meant; undefined when none is near. */
export const nearest = (word: string, known: readonly string[]): string | undefined => {
  const limit = Math.max(2, Math.floor(word.length / 3));
  const [best] = known
    .map((candidate) => ({ candidate, distance: distance(word, candidate) }))
    .filter(({ distance }) => distance <= limit)
    .sort((left, right) => left.distance - right.distance);
  return best?.candidate;
};

/** An edit distance, in which a beginning such as `postgres` is as near as a slip. */
const distance = (word: string, candidate: string): number => {
  const lower = word.toLowerCase();
  return lower.length > 2 && candidate.startsWith(lower) ? 1 : leven(lower, candidate);
};

/** The advice for a word that is not known. */
export const suggestion = (word: string, known: readonly string[]): string => {
  const found = nearest(word, known);
  return found === undefined
    ? `Known: ${known.join(", ")}.`
    : `Did you mean ${found}? Known: ${known.join(", ")}.`;
};
