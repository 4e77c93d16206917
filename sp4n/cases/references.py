"""Reference numbers: what a citizen reads out over the telephone to say which case is theirs.

`KP7-4XM-9R3T` is nine random characters and a check character, without any counter that people who
file at the same moment could race for. Nine characters of nineteen are 3.2e11 numbers: with ten
million cases filed, the next number is taken already with a chance of 1 in 32,000. The caller sees
that as a broken unique key and makes another; twice in a row it is one filing in a milliard.

The check character: read as digits to the base 2, a number is 0 modulo 19. As 19 is prime and 2 a
primitive root of it, changing any one character, swapping any two and changing two equal neighbours
into two others are all noticed.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

# One of each pair that eyes take for the other: 8 and no B, 5 and no S, 2 and no Z, 6 and no G;
# none of 0 O D Q and 1 I L J. Of those that the ear takes for each other in Indonesian, M and no N
# (em, en), F and no V (ef, ve), Y and no J (ye, je). No vowels, so that no number is a word.
ALPHABET: Final = "23456789CFHKMPRTWXY"
# What is seen or heard in their place. 0 O D Q 1 I L could be several others: those stay wrong.
MISTAKEN: Final = str.maketrans("BSZGNVJ", "8526MFY")
LONGEST_TYPED: Final = 64

_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}
_BASE: Final = len(ALPHABET)
_RANDOM: Final = 9
_GROUPS: Final = (3, 3, 4)


def make_reference() -> str:
    """A new number, most probably an unused one: on a broken unique key make another."""
    return with_check("".join(secrets.choice(ALPHABET) for _ in range(_RANDOM)))


def parse_reference(text: str) -> str | None:
    """The number as it is stored, from what someone typed or heard; None if it is no number."""
    typed = characters(text)
    if typed is None or len(typed) != sum(_GROUPS) or _remainder(typed):
        return None
    return grouped(typed, _GROUPS)


def with_check(random_part: str) -> str:
    """The whole number that begins with these nine characters."""
    check = -2 * _remainder(random_part) % _BASE
    return grouped(random_part + ALPHABET[check], _GROUPS)


def characters(text: str) -> str | None:
    """What was typed in capitals of the alphabet, without the marks between them; None if it
    holds any other letter or digit."""
    if len(text) > LONGEST_TYPED:
        return None
    capitals = unicodedata.normalize("NFKC", text).upper()
    typed = "".join(filter(str.isalnum, capitals)).translate(MISTAKEN)
    return typed if all(character in _VALUES for character in typed) else None


def grouped(compact: str, lengths: Sequence[int]) -> str:
    """The characters in groups that a person can say in one breath."""
    return "-".join(_cut(compact, lengths))


def _cut(compact: str, lengths: Sequence[int]) -> Iterable[str]:
    start = 0
    for length in lengths:
        yield compact[start : start + length]
        start += length


def _remainder(compact: str) -> int:
    total = 0
    for character in compact:
        total = (2 * total + _VALUES[character]) % _BASE
    return total
