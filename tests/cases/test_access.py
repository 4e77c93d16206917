"""Access codes: the same form gives the same code, and only the code opens the case."""

from __future__ import annotations

import math
import secrets

import pytest

from sp4n.cases.access import (
    derive_access_code,
    hash_access_code,
    matches,
    parse_access_code,
)
from sp4n.cases.references import ALPHABET, make_reference, parse_reference

SECRET = "a secret of the server, long enough to be one"
CODE = derive_access_code(SECRET, 7, "form-key-1")
STORED = hash_access_code(SECRET, CODE)


def test_a_code_is_long_enough_and_grouped_for_reading() -> None:
    assert [len(group) for group in CODE.split("-")] == [4, 4, 4, 4]
    assert set(CODE) <= {*ALPHABET, "-"}
    assert len(CODE.replace("-", "")) * math.log2(len(ALPHABET)) >= 60


def test_the_same_form_gives_the_same_code_and_any_other_another() -> None:
    assert derive_access_code(SECRET, 7, "form-key-1") == CODE
    others = {
        derive_access_code(SECRET, 8, "form-key-1"),
        derive_access_code(SECRET, 7, "form-key-2"),
        derive_access_code(SECRET + "!", 7, "form-key-1"),
        derive_access_code(SECRET, 71, "form-key-1"),
        CODE,
    }
    assert len(others) == 5


def test_ten_thousand_forms_give_ten_thousand_codes_of_every_character() -> None:
    codes = [derive_access_code(SECRET, 7, secrets.token_urlsafe(16)) for _ in range(10_000)]
    assert len(set(codes)) == 10_000
    assert all({code[n] for code in codes} == set(ALPHABET) for n in range(19) if n % 5 != 4)


def test_what_is_stored_does_not_hold_the_code_and_needs_the_secret() -> None:
    assert len(STORED) == 32
    assert CODE.encode() not in STORED
    assert hash_access_code(SECRET + "!", CODE) != STORED
    assert not matches(SECRET + "!", CODE, STORED)


@pytest.mark.parametrize("between", ["", " ", "-", "–", ".", "\u00a0"])
def test_the_right_code_opens_however_it_is_written(between: str) -> None:
    assert matches(SECRET, CODE.replace("-", between), STORED)
    assert matches(SECRET, f"  {CODE.replace('-', between).lower()}\n", STORED)


def test_a_character_taken_for_another_still_opens() -> None:
    mistaken = CODE.translate(str.maketrans("8526MFY", "BSZGNVJ"))
    assert mistaken != CODE
    assert matches(SECRET, mistaken, STORED)


def test_every_code_that_differs_in_one_character_is_refused() -> None:
    for position, right in enumerate(CODE):
        for wrong in set(ALPHABET) - {right} if right != "-" else ():
            assert not matches(SECRET, CODE[:position] + wrong + CODE[position + 1 :], STORED)


@pytest.mark.parametrize(
    "typed", ["", " ", "----", CODE[:-1], CODE + "2", "\x00", "🙂", "\ud800", "2" * 100_000]
)
def test_what_is_no_code_is_refused_quietly(typed: str) -> None:
    assert parse_access_code(typed) is None
    assert not matches(SECRET, typed, STORED)


def test_nothing_opens_a_case_that_does_not_exist() -> None:
    assert not matches(SECRET, CODE, None)
    assert not matches(SECRET, "", None)
    assert not matches(SECRET, CODE, b"")


def test_a_reference_is_no_code_and_a_code_no_reference() -> None:
    assert parse_access_code(make_reference()) is None
    assert parse_reference(CODE) is None


def test_what_is_no_code_is_never_stored() -> None:
    with pytest.raises(ValueError, match="not an access code"):
        hash_access_code(SECRET, "")
