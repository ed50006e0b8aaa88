"""How many guesses a password withstands, by the estimator zxcvbn (NIST SP 800-63B 3.1.1.2)."""

import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from zxcvbn_rs_py import zxcvbn

# From here on, zxcvbn's score is 3 of 4.
_FEWEST_GUESSES: Final = 10**8 + 5
# The estimator's time grows faster than its input, and no other Python runs meanwhile.
_JUDGED_LENGTH: Final = 48
_MOST_SPELLINGS: Final = 4
_SHORTEST_WORD: Final = 3
_MOST_WORDS: Final = 50
# The signs that it reads as one letter; its time grows with the product of how many are there.
_SIGNS: Final = {"a": "4@", "c": "([{<", "g": "69", "i": "1!|", "l": "1|7", "s": "5$", "t": "7+"}
_ONE_SIGN: Final = str.maketrans("@[{<!|$+", "4(((1157")


def is_guessable(password: str, known: Iterable[str]) -> bool:
    """Tell whether an attacker who knows the texts `known` soon guesses a password."""
    text = _fold(password)[:_JUDGED_LENGTH]
    words = _words(known)
    # For each further part of a text, the estimator adds 10,000 guesses to its own figure. A word
    # with a year and a sign behind it, or one with itself, would pass: attackers try just that.
    ways = {(text,), _words_and_signs(text), _around_the_letters(text)}
    return min(math.prod(_guesses(part, words) for part in way) for way in ways) < _FEWEST_GUESSES


def _guesses(text: str, words: list[str]) -> int:
    spellings = math.prod(sum(sign in text for sign in signs) or 1 for signs in _SIGNS.values())
    if spellings > _MOST_SPELLINGS:
        text = text.translate(_ONE_SIGN)
    return zxcvbn(text, words).guesses


def _words_and_signs(text: str) -> tuple[str, ...]:
    """Split a text into its letters and digits, and all else."""
    parts = ("".join(re.findall(r"[^\W_]", text)), "".join(re.findall(r"[\W_]", text)))
    return tuple(filter(None, parts))


def _around_the_letters(text: str) -> tuple[str, ...]:
    """Split off what stands before the first letter and behind the last one."""
    letters = text.strip("".join(sign for sign in text if not sign.isalpha()))
    return tuple(filter(None, text.partition(letters or text)))


def _words(texts: Iterable[str]) -> list[str]:
    """Return texts, whole and by their words, in the form in which passwords are judged."""
    words: dict[str, None] = {}
    for text in map(_fold, texts):
        parts = re.findall(r"[^\W_]+", text)
        words |= dict.fromkeys([text, "".join(parts), *parts])
    return [word for word in words if len(word) >= _SHORTEST_WORD][:_MOST_WORDS]


def _fold(text: str) -> str:
    """Take away what an attacker tries anyway: capitals, and other shapes of the same letters."""
    return unicodedata.normalize("NFKC", text).casefold()
