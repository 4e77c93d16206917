"""Passwords: which are refused, and that a check tells nothing by how long it takes."""

from __future__ import annotations

from statistics import median
from time import perf_counter

import pytest

from sp4n.accounts.passwords import (
    NOBODY,
    hash_password,
    is_guessable,
    is_outdated,
    password_matches,
    refuse_weak,
)
from sp4n.errors import Invalid

GOOD = "kuda hijau menari di atap"
PERSON = ["budi.santoso@badungkab.go.id", "Budi Santoso", "Pemerintah Kabupaten Badung"]

pytestmark = pytest.mark.usefixtures("real_passwords")


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "correct horse battery staple",
        "kV9$xT2mQ8!pL4zR",
        "sayur lodeh tanpa garam",
        "🦋 terbang ke gunung batur",
    ],
)
def test_a_password_of_its_own_passes_whatever_its_characters(password: str) -> None:
    assert not is_guessable(password, about=PERSON)


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "bismillah123456789",
        "Rahasia2024Rahasia",
        "R4h4s14 N3g4r4 1945",
        "IndonesiaMerdeka1945!",
        "qwertyuiopasdfgh",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "3201234567890001",  # an identity card's number
        "081234567890123",
        "AdminPengaduan123!",
        "cintakusayangku2026",
    ],
)
def test_what_many_people_use_is_refused(password: str) -> None:
    assert is_guessable(password)


@pytest.mark.parametrize(
    "password", ["budisantoso1234567", "Badung.2026.Santoso", "Kab. Badung!!!!!"]
)
def test_what_is_known_of_the_person_is_refused(password: str) -> None:
    assert is_guessable(password, about=PERSON)
    with pytest.raises(Invalid) as refusal:
        refuse_weak(password, about=PERSON)
    assert "mudah ditebak" in refusal.value.fields["password"]


@pytest.mark.parametrize(("password", "words"), [("pendek", "15"), ("x1y2z3" * 30, "128")])
def test_the_length_is_said_in_the_message(password: str, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        refuse_weak(password, about=())
    assert words in refusal.value.fields["password"]


def test_two_ways_to_write_a_character_are_one_password() -> None:
    composed, apart = "caf\u00e9 di tepi pantai", "cafe\u0301 di tepi pantai"
    assert password_matches(hash_password(composed), apart)


def test_no_input_breaks_the_check() -> None:
    assert not password_matches("not a hash", GOOD)
    assert not password_matches(hash_password(GOOD), "\ud800\x00" * 40)


def test_the_hash_of_nobody_costs_what_a_real_one_costs() -> None:
    assert not is_outdated(NOBODY)
    stored = hash_password(GOOD)
    known, unknown = [], []
    for _ in range(7):
        known.append(seconds(stored))
        unknown.append(seconds(None))
    assert 0.5 < median(known) / median(unknown) < 2


def seconds(stored: str | None) -> float:
    before = perf_counter()
    assert not password_matches(stored, "some wrong password")
    return perf_counter() - before
