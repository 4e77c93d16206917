"""Names of strangers' files."""

from __future__ import annotations

import pytest

from sp4n.files.kinds import JPEG, PDF
from sp4n.files.names import safe_name


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("foto.jpg", "foto.jpg"),
        ("Jalan Rusak 🚧 di Ubud.JPEG", "Jalan Rusak 🚧 di Ubud.jpeg"),
        ("../../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\Users\\sari\\foto.jpg", "foto.jpg"),
        ("1000012345", "1000012345.jpg"),
        ("", "lampiran.jpg"),
        (".jpg", "jpg.jpg"),
        ("...", "lampiran.jpg"),
        ("a\x00b\r\nc.jpg", "abc.jpg"),
        ("foto\u202egpj.jpg", "fotogpj.jpg"),
        ('"<script>".jpg', "__script__.jpg"),
        ("100%25.jpg", "100_25.jpg"),
        ("laporan.tar.gz.jpg", "laporan.tar.gz.jpg"),
    ],
)
def test_a_name_keeps_what_people_know_it_by_and_nothing_else(raw: str, safe: str) -> None:
    assert safe_name(raw, JPEG) == safe


def test_a_long_name_is_cut_between_characters_and_keeps_its_suffix() -> None:
    name = safe_name("🌺" * 200 + ".pdf", PDF)

    assert name == "🌺" * 40 + ".pdf"
