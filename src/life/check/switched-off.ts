import { oncePerText } from "../../once.ts";

/** What a small edit makes of a text, as far as words go. */
export type Change = { readonly file: string; readonly text: string; readonly instead: string };

/** Words on each side of a change that are looked for with it. */
const LEAST = 3;
const MOST = 24;
/** Stand for what is before the first word, and behind the last. */
const START = "\u0002";
const END = "\u0003";
/** Fewer words are found by chance. */
const SHORTEST = 5;

/**
 * Whether an edit has been made in a file: the words that it leaves are there, more often than in
 * the file as it was rendered, and those that it takes away are not.
 * @param words what a formatter does not change of a text, in order
 */
export const isMade = (
  { text, instead }: Change,
  rendered: string,
  own: string,
  words: (text: string) => readonly string[],
): boolean => {
  const place = rendered.indexOf(text);
  if (place === -1) return false;
  const ended = (of: string): readonly string[] => [START, ...words(of), END];
  const before = ended(rendered);
  const after = ended(rendered.slice(0, place) + instead + rendered.slice(place + text.length));
  const window = windowOf(before, after);
  if (window === undefined) return false;
  const now = ended(own);
  return (
    countOf(now, window.after) > 0 && countOf(now, window.before) < countOf(before, window.before)
  );
};

type Window = { readonly before: readonly string[]; readonly after: readonly string[] };

/** The least words around a change by which it is told from all else. */
const windowOf = (before: readonly string[], after: readonly string[]): Window | undefined => {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shortest - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  if (start + end === before.length && before.length === after.length) return undefined;
  for (let around = LEAST; around <= MOST; around += 1) {
    const cut = (words: readonly string[]) =>
      words.slice(Math.max(0, start - around), Math.min(words.length, words.length - end + around));
    const window = { before: cut(before), after: cut(after) };
    if (window.after.length < SHORTEST || countOf(before, window.after) > 0) continue;
    // What is put in may end as what is before it ends, and leave the words as they were.
    if (countOf(after, window.before) < countOf(before, window.before)) return window;
  }
  return undefined;
};

/** How often words occur one after the other in others. */
export const countOf = (words: readonly string[], wanted: readonly string[]): number => {
  const [first] = wanted;
  if (first === undefined) return 0;
  let count = 0;
  for (let at = words.indexOf(first); at !== -1; at = words.indexOf(first, at + 1)) {
    if (wanted.every((word, index) => words[at + index] === word)) count += 1;
  }
  return count;
};

/** Words and signs, of text of any kind. */
export const plainWords = oncePerText(
  (text): readonly string[] => text.match(/\w+|[^\s\w]/g) ?? [],
);
