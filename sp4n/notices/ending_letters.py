"""What letters say when the end of a case is contested; as `words` does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask_babel import gettext as _

from sp4n.notices.words import Facts, Spelled, how_to_track


def case_contested(facts: Facts) -> Spelled:
    due = facts.day("due")
    return (
        _("Laporan %(reference)s diproses lagi", reference=facts.reference),
        [
            _(
                "%(sender)s menerima sanggahan Anda dan memproses lagi laporan dengan nomor "
                "%(reference)s.",
                sender=facts.sender,
                reference=facts.reference,
            ),
            _("Batas waktunya dihitung mulai sekarang: %(day)s.", day=due) if due else "",
            how_to_track(),
        ],
        _("Lacak laporan"),
    )


def case_appealed(facts: Facts) -> Spelled:
    return (
        _("Koordinator memutuskan laporan %(reference)s", reference=facts.reference),
        [
            _(
                "Sanggahan Anda atas laporan dengan nomor %(reference)s sudah kami terima. Karena "
                "ini yang kedua, koordinator nasional memutuskan apakah laporan ini selesai.",
                reference=facts.reference,
            ),
            how_to_track(),
        ],
        _("Lacak laporan"),
    )


def staff_contested(facts: Facts) -> Spelled:
    due = facts.day("due")
    return (
        _("Laporan %(reference)s disanggah", reference=facts.reference),
        [
            _(
                "Pelapor menyanggah akhir laporan dengan nomor %(reference)s. Laporan itu "
                "kembali diproses.",
                reference=facts.reference,
            ),
            _("Batas waktu berikutnya: %(day)s.", day=due) if due else "",
        ],
        _("Buka laporan"),
    )


def staff_appealed(facts: Facts) -> Spelled:
    return (
        _("Laporan %(reference)s disanggah lagi", reference=facts.reference),
        [
            _(
                "Pelapor menyanggah lagi akhir laporan dengan nomor %(reference)s. Koordinator "
                "nasional memutuskannya; sampai itu tidak ada yang perlu Anda lakukan.",
                reference=facts.reference,
            )
        ],
        _("Buka laporan"),
    )


ENDING_WORDS: Final[dict[str, Callable[[Facts], Spelled]]] = {
    "notice.case_contested": case_contested,
    "notice.case_appealed": case_appealed,
    "notice.staff_contested": staff_contested,
    "notice.staff_appealed": staff_appealed,
}
