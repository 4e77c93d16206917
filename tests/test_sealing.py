"""Sealing: only the key and the purpose that sealed can open, and nothing shows from outside."""

from __future__ import annotations

import base64

import pytest

from sp4n.sealing import SealBroken, Sealer, code_hash, hashes_match, keyed_hash

OLD = "an old secret that has served its time"
NEW = "a new secret that takes over from it"
PERSON = {"name": "Ni Wayan Sari 🌺", "email": "sari@example.id", "phone": "+62 812-0000-0000"}


def test_what_was_sealed_opens_unchanged() -> None:
    sealer = Sealer(NEW)

    assert sealer.open(sealer.seal(PERSON)) == PERSON
    assert sealer.open_bytes(sealer.seal(b"\x00\xff raw")) == b"\x00\xff raw"


def test_sealed_bytes_show_neither_content_nor_time_nor_repetition() -> None:
    sealer = Sealer(NEW)

    first, second = sealer.seal(PERSON), sealer.seal(PERSON)

    raw = base64.urlsafe_b64decode(first)
    assert b"Sari" not in raw
    assert raw[1:9] == bytes(8)
    assert first != second


def test_another_key_is_refused_with_words_that_say_what_to_do() -> None:
    sealed = Sealer(OLD).seal(PERSON)

    with pytest.raises(SealBroken, match=r"sealed under another key.*fallback"):
        Sealer(NEW).open(sealed)


def test_another_purpose_is_refused() -> None:
    sealed = Sealer(NEW, purpose="identity").seal(PERSON)

    with pytest.raises(SealBroken, match="'draft'"):
        Sealer(NEW, purpose="draft").open(sealed)


@pytest.mark.parametrize("broken", [b"", b"not a token", b"gAAAAA=="])
def test_rubbish_is_refused_like_a_wrong_key(broken: bytes) -> None:
    with pytest.raises(SealBroken):
        Sealer(NEW).open(broken)


def test_one_changed_byte_is_noticed() -> None:
    sealed = bytearray(Sealer(NEW).seal(PERSON))
    sealed[40] = ord("A") if sealed[40] != ord("A") else ord("B")

    with pytest.raises(SealBroken):
        Sealer(NEW).open(bytes(sealed))


def test_a_key_can_be_rotated_and_the_former_one_dropped() -> None:
    sealed = Sealer(OLD).seal(PERSON)
    both = Sealer([NEW, OLD])

    assert both.open(sealed) == PERSON
    assert Sealer(NEW).open(both.reseal(sealed)) == PERSON
    assert Sealer(NEW).open(both.seal(PERSON)) == PERSON


def test_a_sealer_without_a_secret_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Sealer([])
    with pytest.raises(ValueError, match="empty secret"):
        Sealer("")


def test_a_code_hash_depends_on_secret_purpose_and_code() -> None:
    stored = code_hash(NEW, "7KQ2-M9RT-4XWB")

    assert hashes_match(stored, code_hash(NEW, "7KQ2-M9RT-4XWB"))
    others = {
        code_hash(NEW, "7KQ2-M9RT-4XWC"),
        code_hash(OLD, "7KQ2-M9RT-4XWB"),
        code_hash(NEW, "7KQ2-M9RT-4XWB", purpose="form-key"),
    }
    assert not any(hashes_match(stored, other) for other in others)
    assert len(keyed_hash(NEW, "any", purpose="form-key")) == 32


def test_codes_of_odd_characters_are_hashed_without_an_error() -> None:
    odd = "é\x00🌺\ud800"

    assert hashes_match(code_hash(NEW, odd), code_hash(NEW, odd))
