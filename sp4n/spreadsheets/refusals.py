"""Why a file is not read, and what to do about it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from sp4n.errors import Invalid


class Refusal(StrEnum):
    EMPTY_FILE = "empty_file"
    TOO_LARGE = "too_large"
    TOO_MUCH = "too_much"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_SLOW = "too_slow"
    PACKED = "packed"
    PASSWORD = "password"  # noqa: S105 - a reason, no secret
    BINARY = "binary"
    NOT_ONE = "not_one"
    BROKEN = "broken"
    NOTHING_IN_IT = "nothing_in_it"
    NO_HEADING = "no_heading"


WORDS: Final[dict[Refusal, LazyString]] = {
    Refusal.EMPTY_FILE: _l("Berkas ini kosong. Pilih berkas yang berisi tabel rencana aksi."),
    Refusal.TOO_LARGE: _l("Berkas ini lebih dari %(most)s MB. Hapus gambar di dalamnya."),
    Refusal.TOO_MUCH: _l("Isi berkas ini terlalu banyak. Sisakan hanya lembar rencana aksi."),
    Refusal.TOO_MANY_ROWS: _l("Berkas ini memuat lebih dari %(most)s baris. Bagi menjadi dua."),
    Refusal.TOO_SLOW: _l(
        "Berkas ini terlalu lama dibaca. Salin tabelnya ke lembar kerja baru, lalu unggah yang itu."
    ),
    Refusal.PACKED: _l(
        "Isi berkas ini jauh lebih besar daripada ukurannya, jadi tidak kami buka. Salin tabelnya "
        "ke lembar kerja baru."
    ),
    Refusal.PASSWORD: _l(
        "Berkas ini dilindungi kata sandi. Buka di Excel, hapus kata sandinya (Berkas > Info > "
        "Proteksi), lalu unggah lagi."
    ),
    Refusal.BINARY: _l("Jenis berkas .xlsb tidak kami baca. Simpan sebagai .xlsx."),
    Refusal.NOT_ONE: _l("Berkas ini bukan lembar kerja. Unggah .xlsx, .xls, .ods, atau .csv."),
    Refusal.BROKEN: _l("Berkas ini rusak. Buka di Excel atau LibreOffice, lalu simpan lagi."),
    Refusal.NOTHING_IN_IT: _l("Tidak ada isi di lembar mana pun. Periksa berkasnya."),
    Refusal.NO_HEADING: _l(
        "Baris judul tabel tidak ditemukan. Tulis nama kolom dalam satu baris, seperti di templat."
    ),
}


class Unread(Invalid):
    """`why`: for programs."""

    def __init__(self, why: Refusal, words: str) -> None:
        super().__init__(words)
        self.why = why


def refused(why: Refusal, **facts: Any) -> Unread:
    return Unread(why, str(WORDS[why]) % facts)
