"""Single-line text by users that others see, such as a name."""

import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

# Joiners shape the letters of Persian, Hindi and other languages: names need them.
_JOINERS: Final = {"\u200c", "\u200d"}
_LINE_ENDS: Final = {"Zl", "Zp"}


def _unfit(text: str) -> Iterator[str]:
    for before, character in pairwise(f" {text}"):
        category = unicodedata.category(character)
        if character in _JOINERS:
            # Anywhere but after a letter or its mark, a joiner is an invisible difference.
            if unicodedata.category(before)[0] not in "LM":
                yield character
        elif category[0] == "C" or category in _LINE_ENDS:
            yield character


def _check_line(text: str) -> str:
    if any(_unfit(text)):
        message = (
            "must not have control characters, invisible ones, or ones that turn its direction"
        )
        raise PydanticCustomError("line", message)
    return text


# Control characters forge lines and control terminals. Format characters (Unicode category Cf) are
# invisible, and some reverse the direction of the text that follows (CWE-451). Private and
# unassigned characters look different on every system.
OneLine: Final = AfterValidator(_check_line)
