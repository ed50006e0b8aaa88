import leven from "leven";
import type { Choice } from "./types.ts";

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
  const [lower, other] = [word.toLowerCase(), candidate.toLowerCase()];
  return lower.length > 2 && other.startsWith(lower) ? 1 : leven(lower, other);
};

/** The advice for a word that is not known. */
export const suggestion = (word: string, known: readonly string[]): string => {
  const found = nearest(word, known);
  return found === undefined
    ? `Known: ${known.join(", ")}.`
    : `Did you mean ${found}? Known: ${known.join(", ")}.`;
};

/** The advice for a choice that is not known: people know some of them by other names. */
export const choiceSuggestion = (word: string, choices: readonly Choice[]): string => {
  const lower = word.toLowerCase();
  const meant = choices.find(({ also = [] }) => also.includes(lower))?.id;
  const ids = choices.map(({ id }) => id);
  return meant === undefined
    ? suggestion(word, ids)
    : `Did you mean ${meant}? Known: ${ids.join(", ")}.`;
};
