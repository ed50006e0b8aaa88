"""The strength of passwords, estimated by zxcvbn (NIST SP 800-63B 3.1.1.2)."""

import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from zxcvbn_rs_py import zxcvbn

# The lower bound of zxcvbn's score 3 of 4.
_FEWEST_GUESSES: Final = 10**8 + 5
# The estimator takes superlinear time and holds the GIL.
_JUDGED_LENGTH: Final = 48
_MOST_SPELLINGS: Final = 4
_SHORTEST_WORD: Final = 3
_MOST_WORDS: Final = 50
# Characters that it reads as substitutions for a letter; its time grows with their combinations.
_SIGNS: Final = {"a": "4@", "c": "([{<", "g": "69", "i": "1!|", "l": "1|7", "s": "5$", "t": "7+"}
_ONE_SIGN: Final = str.maketrans("@[{<!|$+", "4(((1157")


def is_guessable(password: str, known: Iterable[str]) -> bool:
    """Return whether a password is easy to guess for an attacker who knows the texts `known`."""
    text = _fold(password)[:_JUDGED_LENGTH]
    words = _words(known)
    # The estimator adds 10,000 guesses for each further part of a text. A word followed by a year
    # and a symbol, or repeated, would pass, although attackers try exactly that.
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
    """Split off what comes before the first letter and after the last one."""
    letters = text.strip("".join(sign for sign in text if not sign.isalpha()))
    return tuple(filter(None, text.partition(letters or text)))


def _words(texts: Iterable[str]) -> list[str]:
    """Return texts, whole and split into words, in the form in which passwords are checked."""
    words: dict[str, None] = {}
    for text in map(_fold, texts):
        parts = re.findall(r"[^\W_]+", text)
        words |= dict.fromkeys([text, "".join(parts), *parts])
    return [word for word in words if len(word) >= _SHORTEST_WORD][:_MOST_WORDS]


def _fold(text: str) -> str:
    """Remove variations that attackers try anyway: capitals and look-alike letters."""
    return unicodedata.normalize("NFKC", text).casefold()
