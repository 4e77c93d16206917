"""The letters that a receipt can print, and what becomes of the others."""

from __future__ import annotations

import pytest

from sp4n.portal.receipt import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Jalan rusak di pasar", "Jalan rusak di pasar"),
        ("“Dinas” – ‘kota’ … é ü ñ", "\"Dinas\" - 'kota' ... é ü ñ"),
        ("Jalan 😡😡 rusak", "Jalan [...] rusak"),
        ("😡 😡 😡", "[...]"),
        ("👩‍👩‍👧", "[...]"),
        ("Šibeník Ł ő", "Sibeník [...] o"),
        ("ꦗꦮ", "[...]"),
        ("北京 city", "[...] city"),
        ("satu\u202edua\u200b", "satudua"),
    ],
)
def test_every_text_becomes_one_that_the_fonts_have(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(text).encode("latin-1")


def test_any_character_at_all_can_be_printed() -> None:
    every = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x20000)]))
    assert printable(every).encode("latin-1")
