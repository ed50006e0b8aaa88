/** The strength of passwords, estimated by zxcvbn (NIST SP 800-63B 3.1.1.2). */

import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import * as common from "@zxcvbn-ts/language-common";
import * as english from "@zxcvbn-ts/language-en";

// The lower bound of zxcvbn's score 3 of 4, and some more: this one estimates higher than the
// original does.
const FEWEST_GUESSES = 3 * 10 ** 8;
// The estimator takes superlinear time.
const JUDGED_LENGTH = 48;
// It tries each spelling that a text may stand for: "@" for "a", "1" for "i" or "l".
const MOST_SPELLINGS = 4;
const SHORTEST_WORD = 3;
const MOST_WORDS = 50;

const estimator = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...english.dictionary },
  graphs: common.adjacencyGraphs,
  l33tMaxSubstitutions: MOST_SPELLINGS,
});

/** Returns whether a password is easy to guess for an attacker who knows the texts `known`. */
export const isGuessable = (password: string, known: readonly string[]): boolean => {
  const text = [...fold(password)].slice(0, JUDGED_LENGTH).join("");
  const words = wordsOf(known);
  // The estimator adds 10,000 guesses for each further part of a text. A word followed by a year
  // and a symbol, or repeated, would pass, although attackers try exactly that.
  const ways = [[text], wordsAndSigns(text), [without(words, text)]];
  return ways.some(
    (parts) =>
      parts.filter(Boolean).reduce((product, part) => product * guesses(part, words), 1) <
      FEWEST_GUESSES,
  );
};

const guesses = (text: string, words: string[]): number => estimator.check(text, words).guesses;

/** Splits a text into its letters and digits, and all else. */
const wordsAndSigns = (text: string): string[] => [
  text.replace(/[^\p{L}\p{N}]/gu, ""),
  text.replace(/[\p{L}\p{N}]/gu, ""),
];

/** Leaves out of a text what is known, however often it is repeated. */
const without = (words: readonly string[], text: string): string =>
  words
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, word) => rest.replaceAll(word, ""), text);

/** Returns texts, whole and split into words, in the form in which passwords are checked. */
const wordsOf = (texts: readonly string[]): string[] => {
  const words = texts.map(fold).flatMap((text) => {
    const parts = text.match(/[\p{L}\p{N}]+/gu) ?? [];
    return [text, parts.join(""), ...parts];
  });
  return [...new Set(words)].filter((word) => word.length >= SHORTEST_WORD).slice(0, MOST_WORDS);
};

/** Removes variations that attackers try anyway: capitals and look-alike letters. */
const fold = (text: string): string =>
  // Upper case first: it is "SS" that "ß" has in common with "ss".
  text.normalize("NFKC").toUpperCase().toLowerCase();
