/** Rules for new passwords (NIST SP 800-63B 3.1.1, ASVS 5.0 V6.2). */

import { Unprocessable } from "../errors.ts";
import type { Resources } from "../resources.ts";
import type { Settings } from "../settings/index.ts";
import { isEasyToGuess } from "./judging.ts";
import { lengthOf, MAX_PASSWORD_LENGTH } from "./password-text.ts";

const SHORTEST_LOCAL_PART = 4;
export const GUESSABLE =
  "is too easy to guess: use several unrelated words instead of a word, a name or a date with " +
  "digits and symbols";

/**
 * Throws `Unprocessable`, naming the field, unless a prepared password meets the rules.
 *
 * This takes long: hold no database connection meanwhile.
 */
export const checkPassword = async (
  resources: Resources,
  field: string,
  password: string,
  email: string,
): Promise<void> => {
  const { settings } = resources;
  for (const [fails, rule] of rules(settings, password, email)) {
    if (fails) {
      throw new Unprocessable(field, rule);
    }
  }
  if (await isEasyToGuess(password, [settings.appName, ...email.split("@")])) {
    throw new Unprocessable(field, GUESSABLE);
  }
  if (await resources.breaches.contain(password)) {
    throw new Unprocessable(field, "is known from a data breach: choose another one");
  }
};

const rules = (
  settings: Settings,
  password: string,
  email: string,
): readonly (readonly [fails: boolean, rule: string])[] => {
  const folded = password.toLowerCase();
  const address = email.toLowerCase();
  const [localPart = ""] = address.split("@");
  const containsAddress =
    folded.includes(address) ||
    (localPart.length >= SHORTEST_LOCAL_PART && folded.includes(localPart));
  const least = settings.passwordMinLength;
  return [
    [lengthOf(password) < least, `must have at least ${least} characters`],
    [containsAddress, "must not contain the e-mail address"],
    ...composition(settings).map(
      ([kind, what]) => [!kind.test(password), `must have ${what}`] as const,
    ),
  ];
};

/** Lists the kinds of characters that a password must contain: none by default. */
const composition = (settings: Settings): readonly (readonly [kind: RegExp, what: string])[] => {
  const kinds = [
    [settings.passwordRequireUppercase, /\p{Lu}/u, "an upper-case letter"],
    [settings.passwordRequireLowercase, /\p{Ll}/u, "a lower-case letter"],
    [settings.passwordRequireDigit, /\p{Nd}/u, "a digit"],
    [
      settings.passwordRequireSymbol,
      /[^\p{L}\p{N}]/u,
      "a character that is neither a letter nor a digit",
    ],
  ] as const;
  return kinds.filter(([required]) => required).map(([, kind, what]) => [kind, what]);
};

/** Describes the rules, for the prompt. */
export const describeRules = (settings: Settings): string => {
  const length = `${settings.passwordMinLength} to ${MAX_PASSWORD_LENGTH} characters`;
  const has = [length, ...composition(settings).map(([, what]) => what)].join(", ");
  return (
    `A password has ${has}. It must not be easy to guess: several unrelated ` +
    "words are good, and spaces are allowed. It must not contain the e-mail address."
  );
};
