"""Passwords: how they are stored (Argon2id), and which new ones are refused, and why.

15 characters or more, no rules about their kinds, nothing that many people use: words of the list
beside this file, runs on the keyboard, repetitions, and what is known of the person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from flask_babel import gettext as _

from sp4n.errors import Invalid

SHORTEST, LONGEST = 15, 128
# Measured on 2 cores: a check takes 60 to 85 ms; 16 of them at once take 512 MiB for as long.
HASHER = PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1)
# Of a random password that nobody kept: what is checked where there is no account, so that the
# answer takes as long. A test holds its parameters to HASHER's.
NOBODY = (
    "$argon2id$v=19$m=32768,t=2,p=1$fC2NZnOBIGR7WtSCfXppDw"
    "$ClelIGU8mW2c6vT6olIfmE1hoF46cpUmPpB1j29lpnQ"
)
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujm",
)
LOOK_ALIKES = str.maketrans("013457@$!", "oieastasi")
FEWEST_OWN, FEWEST_DISTINCT = 6, 4


def normal(password: str) -> str:
    """Two keyboards may write one character in two ways."""
    return unicodedata.normalize("NFC", password)


def hash_password(password: str) -> str:
    return HASHER.hash(_bytes(password))


def password_matches(stored: str | None, given: str) -> bool:
    """In equal time whether there is a stored one or not."""
    try:
        HASHER.verify(stored or NOBODY, _bytes(given))
    except (Argon2Error, InvalidHashError):
        return False
    return bool(stored)


def is_outdated(stored: str) -> bool:
    """Hashed with other parameters than today's."""
    return HASHER.check_needs_rehash(stored)


def refuse_weak(password: str, *, about: Iterable[str], field: str = "password") -> None:
    """`about`: what others know of the person: mail address, name, the agency's names."""
    text = normal(password)
    if len(text) < SHORTEST:
        raise Invalid(fields={field: _("Kata sandi paling sedikit %(n)s karakter.", n=SHORTEST)})
    if len(text) > LONGEST:
        raise Invalid(fields={field: _("Kata sandi paling banyak %(n)s karakter.", n=LONGEST)})
    if is_guessable(text, about=about):
        message = _(
            "Kata sandi ini mudah ditebak. Rangkai beberapa kata yang tidak saling berhubungan."
        )
        raise Invalid(fields={field: message})


def is_guessable(password: str, *, about: Iterable[str] = ()) -> bool:
    """Whether too little is left of it once everything that a guesser tries first is taken out."""
    folded = password.casefold()
    known = sorted({*common_words(), *_words(about)}, key=len, reverse=True)
    return any(_too_little(_own_part(text, known)) for text in _readings(folded))


@cache
def common_words() -> frozenset[str]:
    text = files("sp4n.accounts").joinpath("data/common_passwords.txt").read_text("utf-8")
    lines = (line.strip() for line in text.splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _bytes(password: str) -> bytes:
    return normal(password).encode("utf-8", "surrogatepass")


def _readings(folded: str) -> Iterator[str]:
    """As typed; and with the letters that digits and signs stand for: r4h4s14 is rahasia."""
    for text in (folded, folded.translate(LOOK_ALIKES)):
        yield "".join(char for char in text if char.isalnum())


def _own_part(text: str, known: Iterable[str]) -> str:
    if text.isdigit():  # numbers of identity cards, of civil servants, of telephones
        return ""
    text = _once(text)
    for word in known:
        text = text.replace(word, " ")
    text = re.sub(r"(?:19|20)\d\d", " ", text)
    text = re.sub(r"(.)\1{2,}", " ", text)
    return re.sub(r"\s+", "", _without_runs(text))


def _once(text: str) -> str:
    """The part that is repeated, when the whole is nothing but repetition."""
    found = re.fullmatch(r"(.+?)\1+.{0,3}", text)
    return found[1] if found else text


def _without_runs(text: str) -> str:
    for run in _runs():
        text = text.replace(run, " ")
    return text


@cache
def _runs(shortest: int = 4) -> tuple[str, ...]:
    """Every piece of a row of keys or letters, forwards and backwards, the longest first."""
    pieces = {
        line[start:end]
        for row in ROWS
        for line in (row, row[::-1])
        for start in range(len(line))
        for end in range(start + shortest, len(line) + 1)
    }
    return tuple(sorted(pieces, key=len, reverse=True))


def _too_little(own: str) -> bool:
    return len(own) < FEWEST_OWN or len(set(own)) < FEWEST_DISTINCT


def _words(about: Iterable[str]) -> Iterator[str]:
    for text in about:
        folded = text.casefold()
        yield from (word for word in re.split(r"[\W_]+", folded) if len(word) >= 3)
        whole = re.sub(r"[\W_]+", "", folded)
        if len(whole) >= 3:
            yield whole
